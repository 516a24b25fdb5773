// The page of a call: puts player, timeline, transcript, judging and keys together.
import { makePlayer } from "./player.js";
import { makeTimeline } from "./timeline.js";
import { followTranscript } from "./transcript.js";
import { makeJudging } from "./judging.js";
import { makeAppeals } from "./appealing.js";
import { bindKeys } from "./keys.js";

const data = JSON.parse(document.getElementById("player-data").textContent);
const address = data.path.split("/").map(encodeURIComponent);
data.call = `${address[0]}/${address.slice(1).join("%2F")}`;

const player = makePlayer(data);
const timeline = makeTimeline(data, player);
const transcript = followTranscript(player);
const judging = makeJudging(data, transcript);
makeAppeals();
bindKeys(player, judging);

document.addEventListener("click", (event) => {
  const seek = event.target.closest("[data-seek]");
  if (!seek) return;
  player.seek(Number(seek.dataset.seek));
  if (seek.dataset.key) judging.takeInHand(seek.dataset.key);
  if (seek.classList.contains("seek-to") || seek.classList.contains("mark")) player.play();
});

let drawn = false;
async function loadRecording() {
  const note = document.getElementById("wave-note");
  const response = await fetch(`/peaks/${data.call}`, { headers: { accept: "application/json" } });
  const content = await response.json();
  if (!response.ok) {
    note.textContent = content.message;
    return;
  }
  if (content.channels && !drawn) {
    drawn = true;
    timeline.showPeaks(content);
  }
  if (!content.playable) {
    setTimeout(loadRecording, 400);
    return;
  }
  note.textContent = "";
  player.load(`/audio/${data.call}`, content.channels.length);
  // The recording of the call that is opened next is made ready meanwhile.
  const next = document.getElementById("next-call")?.getAttribute("href") ?? "";
  if (next.startsWith("/call/")) fetch(`${next.replace("/call/", "/peaks/")}?ahead=true`);
}
const at = Number(new URLSearchParams(window.location.search).get("at"));
if (at > 0) player.seek(at);
loadRecording();
