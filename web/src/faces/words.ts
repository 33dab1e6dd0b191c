// The sentences of the camera's conversations, in both languages.
import { table } from "../lib/words";

// By the server's code: steps, problems of a picture, refusals.
const BY_CODE = {
  // What to do with one's head.
  look: { en: "Look at the camera.", ko: "카메라를 봐 주세요." },
  centre: { en: "Look straight ahead.", ko: "정면을 봐 주세요." },
  left: { en: "Turn your head well to your left.", ko: "고개를 왼쪽으로 충분히 돌려 주세요." },
  right: {
    en: "Turn your head well to your right.",
    ko: "고개를 오른쪽으로 충분히 돌려 주세요.",
  },
  // Whoever hears one of these may still look aside from the one before.
  up: {
    en: "Face forward, and lift your chin a little.",
    ko: "정면을 보며 턱을 조금 들어 주세요.",
  },
  tilt_left: {
    en: "Face forward, and tilt your head to your left shoulder.",
    ko: "정면을 보며 고개를 왼쪽 어깨로 기울여 주세요.",
  },
  tilt_right: {
    en: "Face forward, and tilt your head to your right shoulder.",
    ko: "정면을 보며 고개를 오른쪽 어깨로 기울여 주세요.",
  },
  further: { en: "A little further.", ko: "조금만 더 돌려 주세요." },
  lower: {
    en: "Face forward, and tilt a little more.",
    ko: "정면을 보며 조금만 더 기울여 주세요.",
  },
  higher: { en: "Face forward, a little higher.", ko: "정면을 보며 조금만 더 들어 주세요." },
  deeper: { en: "A little deeper, chin down.", ko: "조금 더 깊이 끄덕여 주세요." },
  nearer: { en: "Still a little closer.", ko: "조금만 더 가까이요." },
  nod: {
    en: "Face forward, and nod once, slowly.",
    ko: "정면을 보며 천천히 한 번 끄덕여 주세요.",
  },
  closer: {
    en: "Face forward, and come a little closer.",
    ko: "정면을 보며 조금 더 가까이 와 주세요.",
  },
  flash: {
    en: "Hold still. The screen lights up for a moment.",
    ko: "그대로 계세요. 화면이 잠깐 밝아져요.",
  },
  wait: {
    en: "One moment. Others are looking in just now.",
    ko: "잠시만요. 지금 다른 분들이 보고 있어요.",
  },
  // What is wrong with the picture: a few words, since they stand under a moving face.
  no_face: { en: "We cannot see a face yet.", ko: "아직 얼굴이 보이지 않아요." },
  two_faces: { en: "Two faces in the picture.", ko: "화면에 얼굴이 둘이에요." },
  too_small: { en: "A little closer.", ko: "조금 더 가까이 와 주세요." },
  too_dark: { en: "A little more light.", ko: "조금 더 밝은 곳이 좋아요." },
  too_bright: { en: "A little less light.", ko: "조금 덜 밝은 곳이 좋아요." },
  blurred: { en: "Hold still for a moment.", ko: "잠깐만 그대로 있어 주세요." },
  turned_away: { en: "Look straight at the camera.", ko: "카메라를 똑바로 봐 주세요." },
  covered: {
    en: "Nothing before mouth and eyes, please.",
    ko: "입과 눈이 가려지지 않게 해 주세요.",
  },
  off_centre: { en: "Move into the circle.", ko: "원 안으로 들어와 주세요." },
  unreadable_picture: {
    en: "The camera's picture cannot be read.",
    ko: "카메라 화면을 읽을 수 없어요.",
  },
  picture_too_large: { en: "The camera's picture is too large.", ko: "카메라 화면이 너무 커요." },
  // Why it ended without you.
  gone: {
    en: "The camera is gone. Connect it again, or use your password.",
    ko: "카메라 연결이 끊겼어요. 다시 연결하거나 비밀번호를 써 주세요.",
  },
  faces_off: {
    en: "Looking in is switched off here. Your password works as ever.",
    ko: "여기에서는 얼굴 로그인을 꺼 두었어요. 비밀번호는 그대로 쓸 수 있어요.",
  },
  not_recognised: {
    en: "We did not recognise you. Try once more in even light, or use your password.",
    ko: "알아보지 못했어요. 빛이 고른 곳에서 한 번 더 해 보거나 비밀번호를 써 주세요.",
  },
  not_recognised_moving: {
    en: "We did not recognise you. Try even light and larger movements, or your password.",
    ko: "알아보지 못했어요. 고른 빛에서 더 크게 움직여 보거나 비밀번호를 써 주세요.",
  },
  face_near_tie: {
    en: "Two people here look much alike to the camera. Type your name, then look again.",
    ko: "카메라에는 무척 닮은 두 분이 있어요. 이름을 적고 다시 봐 주세요.",
  },
  too_many_attempts: {
    en: "Too many attempts did not work. Wait {seconds} seconds, or use your password.",
    ko: "맞지 않은 시도가 너무 많았어요. {seconds}초 뒤에 다시 하거나 비밀번호를 써 주세요.",
  },
  attempts_used_up: {
    en: "Looking in is off after many attempts. Sign in another way once, and it works again.",
    ko: "시도가 많아 얼굴 로그인을 꺼 두었어요. 다른 방법으로 한 번 로그인하면 다시 돼요.",
  },
  faces_busy: {
    en: "Many people are looking in at this moment. Wait a few seconds, or use your password.",
    ko: "지금 얼굴로 로그인하는 분이 많아요. 몇 초 뒤에 다시 하거나 비밀번호를 써 주세요.",
  },
  face_timeout: {
    en: "We could not see your face well. Try once more in even light, or use your password.",
    ko: "얼굴을 잘 보지 못했어요. 빛이 고른 곳에서 다시 하거나 비밀번호를 써 주세요.",
  },
  not_one_person: {
    en: "The pictures do not seem to show one person, so nothing was saved. Be alone in front of the camera and try again.",
    ko: "한 사람의 얼굴로 보이지 않아 저장하지 않았어요. 혼자 카메라 앞에서 다시 해 주세요.",
  },
};

export const say = table({
  ...BY_CODE,
  // Before the camera opens.
  opening: { en: "Opening the camera…", ko: "카메라를 열고 있어요…" },
  insecure: {
    en: "Browsers open the camera only over HTTPS or on this computer itself. Your password works.",
    ko: "브라우저는 HTTPS 주소나 이 컴퓨터 자체에서만 카메라를 열어요. 비밀번호로 로그인해 주세요.",
  },
  no_camera: {
    en: "There is no camera here. Connect one and try again, or use your password.",
    ko: "카메라가 없어요. 연결하고 다시 해 보거나 비밀번호를 써 주세요.",
  },
  refused: {
    en: "This page may not use the camera. Allow it by the address bar, or use your password.",
    ko: "카메라가 허용되지 않았어요. 주소창 옆에서 허용하거나 비밀번호를 써 주세요.",
  },
  busy: {
    en: "Another program is using the camera. Close it and try again, or use your password.",
    ko: "다른 프로그램이 카메라를 쓰고 있어요. 그것을 닫거나 비밀번호를 써 주세요.",
  },
  // How it ended.
  matched: { en: "Hello, {name}.", ko: "{name} 님, 안녕하세요." },
  done: { en: "We know your face now.", ko: "이제 얼굴을 알아볼 수 있어요." },
  done_alike: {
    en: "We know your face now. Somebody here looks much like you to the camera, so type your name before you look in.",
    ko: "이제 얼굴을 알아볼 수 있어요. 카메라에는 무척 닮은 분이 있으니, 얼굴로 로그인하기 전에 이름을 적어 주세요.",
  },
  stopped: { en: "The camera is closed.", ko: "카메라를 닫았어요." },
  slow: { en: "The line is slow. One moment.", ko: "연결이 느려요. 잠시만요." },
  broke: {
    en: "The line broke for a moment. We begin again.",
    ko: "연결이 잠깐 끊겼어요. 다시 시작할게요.",
  },
  lost: {
    en: "The line to the server broke. Nothing is lost; reload, or use your password.",
    ko: "서버와 연결이 끊겼어요. 잃은 것은 없으니 새로 열거나 비밀번호를 써 주세요.",
  },
  again: { en: "Look again", ko: "한 번 더 보기" },
  stop: { en: "Close the camera", ko: "카메라 닫기" },
});

export type Word = Parameters<typeof say>[0];

/** Our own sentence for a code of the server, or `fallback`, the server's. */
export function sayCode(
  code: string,
  values: Record<string, string | number>,
  fallback: string,
): string {
  return Object.hasOwn(BY_CODE, code) ? say(code as keyof typeof BY_CODE, values) : fallback;
}
