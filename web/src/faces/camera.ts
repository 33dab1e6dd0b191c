// One camera: opened after a press, shown in a <video>, read as small JPEGs, and closed for sure.
// Not for sending anything: a frame leaves this browser only through ceremony.ts.

export type CameraProblem = "insecure" | "no_camera" | "refused" | "busy" | "gone";

/** Why there is no picture; `code` has a sentence in words.ts. */
export class CameraError extends Error {
  constructor(readonly code: CameraProblem) {
    super(code);
  }
}

const WIDTH = 480;
const MOST_BYTES = 60_000;

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

  /** The present picture, 480 wide, as JPEG of at most about 60 kB. Throws CameraError. */
  async frame(): Promise<Blob> {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth) throw new CameraError("gone");
    const width = Math.min(WIDTH, videoWidth);
    this.canvas.width = width;
    this.canvas.height = Math.round((videoHeight * width) / videoWidth);
    const context = this.canvas.getContext("2d", { willReadFrequently: false });
    if (!context) throw new CameraError("gone");
    context.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    for (const quality of [0.85, 0.7]) {
      const picture = await this.jpeg(quality);
      if (picture.size <= MOST_BYTES) return picture;
    }
    return this.jpeg(0.5);
  }

  /** Stops the camera; its light goes out. */
  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
    this.video.srcObject = null;
    this.video.remove();
  }

  private jpeg(quality: number): Promise<Blob> {
    return new Promise((resolve, reject) => {
      const take = (picture: Blob | null) =>
        picture ? resolve(picture) : reject(new CameraError("gone"));
      this.canvas.toBlob(take, "image/jpeg", quality);
    });
  }
}
