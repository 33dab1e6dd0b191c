// One camera: opened after a press, shown in a <video>, read as small JPEGs, and closed for sure.
// Not for sending anything: a frame leaves this browser only through ceremony.ts.

export type CameraProblem = "insecure" | "no_camera" | "refused" | "busy" | "gone";

/** Why there is no picture; `code` has a sentence in words.ts. */
export class CameraError extends Error {
  constructor(readonly code: CameraProblem) {
    super(code);
  }
}

type Quality = { side: number; jpeg: number };

// The middle square alone: what lies outside the round window never leaves this browser.
const USUAL: Quality = { side: 400, jpeg: 0.82 };
const SMALL: Quality = { side: 320, jpeg: 0.7 };
const STANDSTILL_MS = 4000; // without a new picture the camera counts as gone

/** The sentence's code for what getUserMedia threw. */
export function problemOf(cause: unknown): CameraProblem {
  const name = cause instanceof DOMException ? cause.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "no_camera";
}

export class Camera {
  private readonly canvas = document.createElement("canvas");

  private constructor(
    readonly video: HTMLVideoElement,
    private readonly stream: MediaStream,
  ) {}

  /** Asks for permission, then waits for the first picture. Throws CameraError. */
  static async open(onGone: () => void): Promise<Camera> {
    if (!window.isSecureContext || !navigator.mediaDevices) throw new CameraError("insecure");
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 } },
      });
    } catch (cause) {
      throw new CameraError(problemOf(cause));
    }
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.setAttribute("aria-hidden", "true");
    video.srcObject = stream;
    stream.getVideoTracks()[0]?.addEventListener("ended", onGone);
    const camera = new Camera(video, stream);
    try {
      await video.play();
    } catch {
      camera.close();
      throw new CameraError("busy");
    }
    return camera;
  }

  /** The next new picture: its middle square as JPEG of some 30 kB. Throws CameraError. */
  async frame(small: boolean): Promise<Blob> {
    await this.fresh();
    const { videoWidth, videoHeight } = this.video;
    const whole = Math.min(videoWidth, videoHeight);
    if (!whole) throw new CameraError("gone");
    const { side, jpeg } = small ? SMALL : USUAL;
    const target = Math.min(side, whole);
    this.canvas.width = target;
    this.canvas.height = target;
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context) throw new CameraError("gone");
    const [left, top] = [(videoWidth - whole) / 2, (videoHeight - whole) / 2];
    context.drawImage(this.video, left, top, whole, whole, 0, 0, target, target);
    return this.jpeg(jpeg);
  }

  /** Stops the camera; its light goes out. */
  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
    this.video.remove();
  }

  /** Waits until the camera has shown a picture that it had not shown yet. */
  private fresh(): Promise<void> {
    if (!("requestVideoFrameCallback" in this.video)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const late = window.setTimeout(() => {
        this.video.cancelVideoFrameCallback(asked);
        reject(new CameraError("gone"));
      }, STANDSTILL_MS);
      const asked = this.video.requestVideoFrameCallback(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  private jpeg(quality: number): Promise<Blob> {
    return new Promise((resolve, reject) => {
      const take = (picture: Blob | null) =>
        picture ? resolve(picture) : reject(new CameraError("gone"));
      this.canvas.toBlob(take, "image/jpeg", quality);
    });
  }
}
