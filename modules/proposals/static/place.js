// SPDX-License-Identifier: AGPL-3.0-or-later
// A second way to say where: a point on the town's drawing. Without this file the address alone says it.

for (const place of document.querySelectorAll("[data-place]")) {
  const { west, east, north, south, set, none } = place.dataset;
  const form = place.closest("form");
  const [lon, lat] = [form.elements.lon, form.elements.lat];
  const map = place.querySelector("svg");
  const point = place.querySelector("[data-place-point]");
  const status = place.querySelector("[data-place-status]");
  const clear = place.querySelector("[data-place-clear]");
  const { width, height } = map.viewBox.baseVal;

  const draw = () => {
    const known = lon.value !== "" && lat.value !== "";
    point.setAttribute("display", known ? "inline" : "none");
    clear.hidden = !known;
    status.textContent = known ? set : none;
    if (!known) return;
    const x = ((lon.value - west) / (east - west)) * width;
    const y = ((north - lat.value) / (north - south)) * height;
    point.setAttribute("transform", `translate(${x} ${y})`);
  };
  const put = (x, y) => {
    lon.value = x;
    lat.value = y;
    draw();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  map.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    put((Number(west) + (at.x / width) * (east - west)).toFixed(6), (north - (at.y / height) * (north - south)).toFixed(6));
  });
  clear.addEventListener("click", () => put("", ""));
  place.hidden = false;
  draw();
}
