// The player: an audio element with speed, a volume per channel and skipping of silences.
export const clock = (seconds) => {
  const whole = Math.floor(seconds);
  const rest = `${String(Math.floor(whole / 60) % 60)}:${String(whole % 60).padStart(2, "0")}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest.padStart(5, "0")}` : rest;
};

export const STEP_S = 5;

export function makePlayer(data) {
  const audio = document.getElementById("audio");
  const button = document.getElementById("play");
  const now = document.getElementById("now");
  const slider = document.getElementById("seek");
  const skipSilence = document.getElementById("skip-silence");
  const listeners = [];
  let wanted = null;

  const tell = () => {
    const at = audio.currentTime;
    now.textContent = clock(at);
    slider.value = at;
    slider.setAttribute("aria-valuetext", clock(at));
    listeners.forEach((listener) => listener(at));
  };
  const frame = () => {
    if (audio.paused) return;
    const silence = skipSilence.checked && data.skippable.find(([start, end]) => audio.currentTime >= start && audio.currentTime < end);
    if (silence) audio.currentTime = silence[1];
    tell();
    requestAnimationFrame(frame);
  };

  const player = {
    get time() { return wanted ?? audio.currentTime; },
    onTime(listener) { listeners.push(listener); },
    load(address, channels) {
      audio.src = address;
      button.disabled = false;
      // One channel holds both voices: there is nothing to set apart.
      document.querySelectorAll(".volume").forEach((label) => { label.hidden = channels < 2; });
    },
    seek(seconds) {
      const at = Math.max(0, Math.min(seconds, data.duration_s ?? seconds));
      if (audio.readyState >= 1) audio.currentTime = at;
      else wanted = at;
      listeners.forEach((listener) => listener(at));
    },
    play() { if (audio.src) audio.play(); },
    toggle() { if (audio.src) (audio.paused ? audio.play() : audio.pause()); },
  };

  audio.addEventListener("loadedmetadata", () => {
    if (wanted !== null) audio.currentTime = wanted;
    wanted = null;
  });
  audio.addEventListener("play", () => {
    button.textContent = "❚❚";
    button.setAttribute("aria-label", "Pause");
    requestAnimationFrame(frame);
  });
  audio.addEventListener("pause", () => {
    button.textContent = "▶";
    button.setAttribute("aria-label", "Play");
  });
  audio.addEventListener("seeked", tell);
  audio.addEventListener("error", () => {
    const note = document.getElementById("wave-note");
    note.textContent = "The recording cannot be played in this browser.";
  });
  button.addEventListener("click", () => player.toggle());
  document.getElementById("back").addEventListener("click", () => player.seek(player.time - STEP_S));
  document.getElementById("forward").addEventListener("click", () => player.seek(player.time + STEP_S));
  slider.addEventListener("input", () => player.seek(Number(slider.value)));
  document.getElementById("speed").addEventListener("change", (event) => {
    audio.playbackRate = Number(event.target.value);
  });
  channelVolumes(audio, data.agent_channel);
  return player;
}

// Volumes per channel need the Web Audio API, which is set up when one of them is first moved.
function channelVolumes(audio, agentChannel) {
  let gains = null;
  const setUp = () => {
    const context = new AudioContext();
    const source = context.createMediaElementSource(audio);
    const split = context.createChannelSplitter(2);
    const merge = context.createChannelMerger(2);
    source.connect(split);
    gains = [0, 1].map((channel) => {
      const gain = context.createGain();
      split.connect(gain, channel).connect(merge, 0, channel);
      return gain;
    });
    merge.connect(context.destination);
    context.resume();
  };
  for (const [id, channel] of [["volume-agent", agentChannel], ["volume-customer", 1 - agentChannel]]) {
    document.getElementById(id).addEventListener("input", (event) => {
      if (!gains) setUp();
      gains[channel].gain.value = Number(event.target.value);
    });
  }
}
