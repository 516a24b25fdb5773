// The timeline: waveform lanes, marks of overlaps, silences and evidence, the customer's tone, the play head.
const SHAPES = { interruption: "◆", failed_interruption: "◇", backchannel: "·", crosstalk: "×", terminal_overlap: "›", credit: "+", debit: "−", signal: "•" };
const GUTTER = 74;

export function makeTimeline(data, player) {
  const root = document.getElementById("timeline");
  const head = document.getElementById("head");
  const lanes = [document.getElementById("wave-0"), document.getElementById("wave-1")];
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const share = (seconds) => `${(100 * seconds) / (data.duration_s || 1)}%`;
  let peaks = null;

  const draw = () => {
    if (!peaks) return;
    const sides = peaks.length === 1 ? [peaks[0], []] : [peaks[data.agent_channel], peaks[1 - data.agent_channel]];
    const loudest = Math.max(10, ...sides.flat());
    lanes.forEach((canvas, lane) => {
      const { width, height } = canvas.getBoundingClientRect();
      const ratio = window.devicePixelRatio || 1;
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      const pen = canvas.getContext("2d");
      pen.fillStyle = colour(lane ? "--customer" : "--agent");
      const values = sides[lane];
      for (let x = 0; x < canvas.width; x += 1) {
        const first = Math.floor((x / canvas.width) * values.length);
        const last = Math.max(first + 1, Math.floor(((x + 1) / canvas.width) * values.length));
        let top = 0;
        for (let at = first; at < last && at < values.length; at += 1) top = Math.max(top, values[at]);
        const tall = Math.max(1, (top / loudest) * (canvas.height - 4));
        pen.fillRect(x, (canvas.height - tall) / 2, 1, tall);
      }
    });
  };

  for (const mark of data.marks) {
    const lane = document.getElementById(`lane-${mark.lane}`);
    if (!lane) continue;
    const button = document.createElement("button");
    const wide = mark.lane === "silence";
    button.className = `mark ${mark.kind}${wide ? " wide" : ""}`;
    button.tabIndex = -1;
    button.title = mark.label;
    button.dataset.seek = mark.start_s;
    if (mark.key) button.dataset.key = mark.key;
    button.style.left = share(mark.start_s);
    if (wide) {
      button.style.width = share(mark.end_s - mark.start_s);
      button.textContent = mark.end_s - mark.start_s >= (data.duration_s || 0) / 14 ? mark.label : "";
    } else button.textContent = SHAPES[mark.kind] ?? "◦";
    lane.append(button);
  }

  const tone = document.getElementById("lane-tone");
  if (data.tone.length) {
    const y = (value) => 50 - value * 42;
    tone.setAttribute("viewBox", `0 0 ${data.duration_s || 1} 100`);
    const path = data.tone.map(([start, end, value], at) => `${at ? "L" : "M"}${start} ${y(value)}L${end} ${y(value)}`).join("");
    for (const [name, shape] of [["tone-zero", `M0 50H${data.duration_s}`], ["tone-line", path]]) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.setAttribute("class", name);
      line.setAttribute("d", shape);
      line.setAttribute("fill", "none");
      tone.append(line);
    }
  }

  player.onTime((at) => {
    head.style.left = `calc(${GUTTER}px + (100% - ${GUTTER}px) * ${at / (data.duration_s || 1)})`;
  });
  root.addEventListener("click", (event) => {
    if (event.target.closest("button")) return;
    const track = root.querySelector(".track").getBoundingClientRect();
    player.seek(((event.clientX - track.left) / track.width) * (data.duration_s || 0));
  });
  window.addEventListener("resize", draw);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  return {
    showPeaks(content) {
      peaks = content.channels;
      data.duration_s = data.duration_s ?? content.duration_s;
      draw();
    },
  };
}
