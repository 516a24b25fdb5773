// Keys of the call page. Typing in a field is left alone.
import { STEP_S } from "./player.js";

export function bindKeys(player, judging) {
  const queue = JSON.parse(sessionStorage.getItem("queue") ?? "[]");
  const at = queue.indexOf(window.location.pathname);
  const help = document.getElementById("help");
  const next = document.getElementById("next-call");
  if (next && queue[at + 1] && at >= 0) next.href = queue[at + 1];
  const go = (step) => {
    const target = at < 0 ? null : queue[at + step];
    window.location.assign(target ?? "/queue");
  };
  document.getElementById("previous-evidence")?.addEventListener("click", () => judging.step(-1, player));
  document.getElementById("next-evidence")?.addEventListener("click", () => judging.step(1, player));
  document.getElementById("help-button").addEventListener("click", () => help.showModal());
  const deeds = {
    " ": () => player.toggle(),
    ArrowLeft: () => player.seek(player.time - STEP_S),
    ArrowRight: () => player.seek(player.time + STEP_S),
    j: () => go(1),
    k: () => go(-1),
    n: () => judging.step(1, player),
    p: () => judging.step(-1, player),
    a: () => judging.judgeAtHand("agree"),
    x: () => judging.judgeAtHand("disagree"),
    m: () => judging.markMissing(),
    Enter: () => document.getElementById("done")?.click(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.matches("input:not([type=range]):not([type=checkbox]), textarea, select");
    const onControl = event.target.closest("button, a, summary, input") && [" ", "Enter", "ArrowLeft", "ArrowRight"].includes(event.key);
    if (typing || onControl || !deeds[event.key]) return;
    event.preventDefault();
    deeds[event.key]();
  });
}
