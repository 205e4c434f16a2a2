// A sheet to sign on: what is drawn goes along with the form as moves and lines on 600 by 200. Without it a typed name does.
(() => {
  const begin = (sheet) => {
    sheet.dataset.signature = "ready";
    const canvas = sheet.querySelector("canvas");
    const input = sheet.querySelector("input");
    const pen = canvas.getContext("2d");
    let strokes = [];
    let drawing = false;

    const redraw = () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      pen.lineWidth = 4;
      pen.lineCap = pen.lineJoin = "round";
      pen.strokeStyle = getComputedStyle(canvas).color;
      for (const stroke of strokes) {
        pen.beginPath();
        stroke.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
        if (stroke.length === 1) pen.lineTo(stroke[0][0] + 1, stroke[0][1]);
        pen.stroke();
      }
    };
    const keep = () => {
      input.value = strokes.map((s) => s.map(([x, y], at) => `${at ? "L" : "M"} ${x} ${y}`).join(" ")).join(" ");
    };
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      const on = (value, size, full) => Math.round(Math.min(Math.max((value * full) / size, 0), full));
      return [on(event.clientX - box.left, box.width, canvas.width), on(event.clientY - box.top, box.height, canvas.height)];
    };
    canvas.addEventListener("pointerdown", (event) => {
      drawing = true;
      canvas.setPointerCapture(event.pointerId);
      strokes.push([point(event)]);
      redraw();
      keep();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      strokes[strokes.length - 1].push(point(event));
      redraw();
      keep();
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (drawing = false));
    sheet.querySelector("button").addEventListener("click", () => {
      strokes = [];
      redraw();
      keep();
    });
    strokes = input.value
      .split("M")
      .filter((part) => part.trim())
      .map((part) => part.split("L").map((pair) => pair.trim().split(/\s+/).map(Number)));
    sheet.hidden = false;
    redraw();
  };
  document.querySelectorAll('[data-signature=""]').forEach(begin);
})();
