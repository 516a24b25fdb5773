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

  const sides = ["agent", "customer"];

  // Loudness in the side's colour while that side speaks, pale otherwise; speech as a plain band until the peaks are there.
  // A recording with one channel stands in both lanes, in colour in the lane of whoever speaks.
  const draw = () => lanes.forEach((canvas, lane) => {
    const { width, height } = canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const pen = canvas.getContext("2d");
    const own = colour(`--${sides[lane]}`);
    const speech = data.speech[sides[lane]];
    const at = (seconds) => (seconds / (data.duration_s || 1)) * canvas.width;
    const speaks = new Uint8Array(canvas.width);
    for (const [start, end] of speech) speaks.fill(1, Math.floor(at(start)), Math.max(Math.floor(at(start)) + 1, Math.ceil(at(end))));
    const values = peaks ? peaks[peaks.length === 1 ? 0 : lane ? 1 - data.agent_channel : data.agent_channel] : null;
    const loudest = peaks ? Math.max(10, ...peaks.map((channel) => Math.max(...channel))) : 1;
    for (let x = 0; x < canvas.width; x += 1) {
      let tall = speaks[x] ? canvas.height / 4 : 1;
      if (values) {
        const first = Math.floor((x / canvas.width) * values.length);
        const last = Math.max(first + 1, Math.floor(((x + 1) / canvas.width) * values.length));
        tall = Math.max(1, (Math.max(0, ...values.slice(first, last)) / loudest) * (canvas.height - 4));
      }
      pen.fillStyle = own;
      pen.globalAlpha = speaks[x] ? 0.14 : 0;
      pen.fillRect(x, 0, 1, canvas.height);
      pen.globalAlpha = speaks[x] ? 1 : 0.35;
      pen.fillRect(x, (canvas.height - tall) / 2, 1, tall);
    }
  });

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
  draw();
  return {
    showPeaks(content) {
      peaks = content.channels;
      data.duration_s = data.duration_s ?? content.duration_s;
      draw();
    },
  };
}
