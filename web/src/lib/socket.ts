// The only `WebSocket` of the front end: reconnects with jittered back-off, unless told to stop.
// Knows no frame's meaning: a feature's own connection file does.

export type SocketEvents = {
  opened(): void;
  received(data: string | ArrayBuffer): void;
  /** The line broke; another try follows in `seconds`, or none when null (see STOP). */
  closed(code: number, seconds: number | null): void;
};

// Codes after which trying again is wrong: signed out, forbidden, not there.
const STOP = new Set([4001, 4003, 4004, 4008]);
const LONGEST_SECONDS = 15;

export class Socket {
  private line: WebSocket | null = null;
  private tries = 0;
  private timer = 0;
  private ended = false;

  constructor(
    private readonly path: string,
    private readonly events: SocketEvents,
    private readonly options: { reconnect: boolean } = { reconnect: true },
  ) {
    this.open();
  }

  get isOpen(): boolean {
    return this.line?.readyState === WebSocket.OPEN;
  }

  /** Bytes not yet on their way: a sender that outruns the line waits. */
  get waiting(): number {
    return this.line?.bufferedAmount ?? 0;
  }

  /** Sends when the line is open and says whether it did. */
  send(data: string | Blob | ArrayBuffer): boolean {
    if (!this.isOpen) return false;
    this.line?.send(data);
    return true;
  }

  /** Try at once instead of waiting: after `online`, or when a person asks. */
  retry(): void {
    // A line that is just being made must not get a second beside it.
    if (this.ended || this.isOpen || this.line?.readyState === WebSocket.CONNECTING) return;
    clearTimeout(this.timer);
    this.open();
  }

  destroy(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.line?.close(1000);
  }

  private open(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const line = new WebSocket(`${scheme}//${location.host}${this.path}`);
    line.binaryType = "arraybuffer";
    this.line = line;
    line.onopen = () => {
      this.tries = 0;
      this.events.opened();
    };
    line.onmessage = (event) => this.events.received(event.data);
    line.onclose = (event) => {
      if (line === this.line && !this.ended) this.again(event.code);
    };
  }

  private again(code: number): void {
    if (!this.options.reconnect || STOP.has(code)) {
      this.ended = true;
      this.events.closed(code, null);
      return;
    }
    const seconds = Math.min(LONGEST_SECONDS, 0.4 * 2 ** this.tries) * (0.5 + Math.random());
    this.tries += 1;
    this.timer = window.setTimeout(() => this.open(), seconds * 1000);
    this.events.closed(code, seconds);
  }
}
