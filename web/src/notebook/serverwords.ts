// The broker's sentences in Korean, by their code: it speaks English, since it serves people of both
// languages in one notebook. An unknown code is shown as it came.
import { language } from "../lib/words";

export type Sentence = {
  code?: string | null;
  message: string;
  hint?: string;
  values?: Record<string, string | number>;
};

/** By code: those of lookin/core/kernels/exits.py and of the broker. */
export const KOREAN: Record<string, string> = {
  bad_changes:
    "이 입력은 지금 셀 내용과 맞지 않아요. 저장된 것은 그대로 있으니 페이지를 새로 고친 뒤 다시 입력해 주세요.",
  too_large: "셀이나 노트북이 너무 커요. 긴 데이터는 파일에 두고 셀에서 읽어 주세요.",
  no_such_cell: "그 셀은 이미 지워졌어요.",
  version_restored: "{person} 님이 이전 버전을 되살렸어요. 그 전 내용은 기록에 남아 있어요.",
  history_failed:
    "이 노트북의 이전 버전을 디스크에 남기지 못했어요. 노트북은 그대로 쓸 수 있어요. 이곳을 운영하는 분께 알려 주세요.",
  forgotten: "지운 지 오래된 셀이라 되돌릴 수 없어요. 노트북의 이전 버전에서 찾아보세요.",
  overtaken: "그 사이에 다른 사람이 고쳐서 그대로 두었어요.",
  not_asked: "이미 누군가 답했거나, 이제 답을 기다리지 않아요.",
  kernel_busy: "커널이 바빠서 지금은 대답하지 못해요. 잠시 뒤에 다시 해 주세요.",
  no_kernel: "아직 커널이 없어요. 먼저 셀을 실행해 주세요.",
  not_supported: "이 노트북의 커널은 그것을 알려 줄 수 없어요.",
  no_such_variable: "그 변수는 이제 없어요.",
  no_such_widget: "이 위젯의 커널이 없어졌어요. 셀을 다시 실행해 주세요.",
  too_many_widgets:
    "위젯이 너무 많아서 가장 새로운 것은 보이지 않아요. 커널을 다시 시작하고 더 적게 만들어 주세요.",
  not_text: "그림은 글 셀에만 넣을 수 있어요.",
  no_attachment: "그 그림은 이제 없어요.",
  cell_exists: "그 셀은 이미 있어요.",
  already_running: "이 셀은 실행 중이거나 차례를 기다리고 있어요.",
  not_code: "코드 셀만 실행할 수 있어요.",
  read_only: "이 노트북은 볼 수만 있어요. 고치려면 내 파일로 복사해 주세요.",
  broken_notebook:
    "이 파일은 노트북으로 읽을 수 없어요. 파일은 그대로 있으니 내려받거나 새 노트북을 시작해 주세요.",
  folder_gone: "작업 공간 폴더가 없어졌어요. 이 페이지에 있는 내용을 복사해 두세요.",
  disk: "디스크에 저장하지 못했어요. 입력한 내용은 남아 있고, 계속 다시 저장해 볼게요.",
  exited:
    "코드가 파이썬을 끝냈어요(종료 상태 {status}). 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  crashed:
    "파이썬이 갑자기 멈췄고 이유를 남기지 않았어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  crashed_memory:
    "파이썬이 자기 것이 아닌 메모리에 손을 대서 멈췄어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  crashed_abort:
    "라이브러리가 스스로 멈추면서 파이썬도 끝났어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  crashed_arithmetic:
    "라이브러리가 할 수 없는 계산을 해서 파이썬이 멈췄어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  crashed_instruction:
    "라이브러리가 이 컴퓨터에 없는 명령을 써서 파이썬이 멈췄어요. 노트북은 저장되었고 변수는 사라졌어요. 그 라이브러리의 다른 버전을 쓰고 다시 실행해 보세요.",
  crashed_forbidden:
    "라이브러리가 여기서 허용되지 않는 것을 시스템에 요청해서 파이썬이 멈췄어요. 노트북은 저장되었고 변수는 사라졌어요. 다른 방법으로 다시 실행해 보세요.",
  killed:
    "파이썬이 코드나 바깥에서 보낸 신호를 받고 끝났어요(신호 {signal}). 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  out_of_memory:
    "컴퓨터의 메모리가 모자라서 시스템이 이 파이썬을 끝냈어요. 노트북은 저장되었고 변수는 사라졌어요. 데이터를 나누어 다시 실행해 보세요.",
  memory_limit:
    "파이썬이 메모리를 {used} MB 썼는데 여기서는 {limit} MB까지 쓸 수 있어요. 노트북은 저장되었고 변수는 사라졌어요. 데이터를 나누어 다시 실행해 보세요.",
  file_too_large:
    "코드가 여기서 허용된 것보다 큰 파일을 썼어요. 노트북은 저장되었고 변수는 사라졌어요. 파일을 더 작게 나누어 다시 실행해 보세요.",
  processor_time:
    "파이썬이 쓸 수 있는 처리 시간을 다 썼어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  cell_minutes:
    "여기서 셀 하나는 {minutes}분까지 실행할 수 있어요. 노트북은 저장되었고 변수는 사라졌어요. 일을 더 작게 나누어 다시 실행해 보세요.",
  cell_too_long:
    "여기서 셀 하나는 {minutes}분까지 실행할 수 있어서 이 셀을 멈췄어요. 일을 더 작게 나누어 보세요.",
  disk_full:
    "디스크가 거의 차서 파이썬을 끝냈어요. 노트북은 저장되었고 변수는 사라졌어요. 필요 없는 파일을 지우고 다시 실행해 보세요.",
  culled:
    "{minutes}분 동안 하는 일이 없어서 파이썬을 정리했어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  let_go:
    "이 파이썬을 시작한 사람이 모든 곳에서 로그아웃되었어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  stopped:
    "실행 중인 파이썬 목록에서 이 파이썬을 멈췄어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  ended:
    "이곳을 운영하는 분이 이 파이썬을 끝냈어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  broker_restarted:
    "노트북을 돌리는 부분이 다시 시작했어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  adoption_failed:
    "노트북을 돌리는 부분이 다시 시작했는데 이 파이썬은 이어받지 못했어요. 노트북은 저장되었고 변수는 사라졌어요. 셀을 실행하면 새로 시작돼요.",
  zygote_lost:
    "파이썬을 준비하는 부분이 시작하는 도중에 멈췄어요. 노트북은 그대로예요. 셀을 다시 실행해 주세요.",
  no_such_language:
    "이 노트북의 언어({language})가 이곳에 설치되어 있지 않아요. 이곳을 운영하는 분께 설치를 부탁하거나, 새 노트북에 파이썬으로 옮겨 적어 보세요.",
  fence_failed:
    "울타리를 칠 수 없어서 파이썬을 시작하지 않았어요. 노트북은 그대로예요. 이곳을 운영하는 분께 알려 주세요.",
  unfenced:
    "이 컴퓨터에는 파이썬 사이에 울타리가 없어서, 여러 사람이 있는 동안에는 시작하지 않아요. 노트북은 그대로예요. 이곳을 운영하는 분께 알려 주세요.",
  machine_full:
    "지금은 이 컴퓨터에 자리가 없어요. {place}번째로 기다리고 있고, 차례가 되면 셀이 저절로 실행돼요.",
  own_limit: "한 사람이 쓸 수 있는 만큼 파이썬을 쓰고 있어요. 하나를 멈추면 셀이 저절로 실행돼요.",
  restarted: "파이썬이 새로 시작하고 있어요. 변수는 처음부터 다시 만들어야 해요.",
  not_started:
    "파이썬을 시작하지 못했어요. 노트북은 그대로예요. 잠시 뒤 다시 실행하고, 계속되면 이곳을 운영하는 분께 알려 주세요.",
  bad_frame:
    "이 페이지가 알 수 없는 것을 보냈어요. 페이지를 새로 열어 주세요. 저장된 것은 그대로예요.",
  bad_code: "이 코드는 실행할 수 없어요. 너무 길거나 읽을 수 없는 글자가 있어요.",
  not_found: "이 노트북이 없어졌거나 옮겨졌어요. 내 책상으로 돌아가 찾아보세요.",
  file_changed_on_disk:
    "작업하는 동안 다른 프로그램이 이 파일을 바꾸었어요. 지금 내용은 저장했고, 다른 쪽은 {name}에 두었어요.",
  file_reloaded:
    "다른 프로그램이 이 파일을 바꾸어서 그 내용을 보여 드려요. 셀 {count}개가 바뀌었고, 그 전 내용은 기록에 있어요.",
  file_merged:
    "작업하는 동안 다른 프로그램이 이 파일을 바꾸어서 양쪽을 합쳤어요. 파일에서 온 셀은 {count}개예요.",
  file_clashed:
    "다른 프로그램이 같은 줄을 바꾸었어요. 셀 {count}개는 여기 내용을 그대로 두었고, 다른 쪽은 {name}에 두었어요.",
  file_gone:
    "다른 프로그램이 이 노트북의 파일을 지우거나 옮겼어요. 이 페이지의 내용은 그대로이고, 다음에 고칠 때 파일로 다시 저장돼요.",
  file_unreadable:
    "다른 프로그램이 이 파일을 바꾸어 읽을 수 없게 되었어요. 이 페이지의 내용은 다음에 고칠 때 저장돼요.",
};

/** One sentence for people, in the page's language where it is known. */
export function sentence({ code, message, hint, values = {} }: Sentence): string {
  const korean = language() === "ko" && code ? KOREAN[code] : undefined;
  const text = korean ?? `${message} ${hint ?? ""}`.trim();
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}
