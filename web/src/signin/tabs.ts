// What the sign-in pages of one browser tell each other: one camera at a time, and once in is in.

type News = "looking" | "in";
type Hooks = { looking(): void; signedIn(): void };

const SETTLED_MS = 1500; // the way of a ticket to the server and back

export class Tabs {
  private readonly channel: BroadcastChannel | null;

  constructor(hooks: Hooks) {
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel("lookin.signin") : null;
    this.channel?.addEventListener("message", ({ data }: MessageEvent<News>) => {
      if (data === "looking") hooks.looking();
      else if (data === "in") window.setTimeout(hooks.signedIn, SETTLED_MS);
    });
  }

  tell(news: News): void {
    this.channel?.postMessage(news);
  }

  /** This page goes: the others will find themselves signed in. */
  leave(): void {
    this.tell("in");
    this.channel?.close();
  }
}
