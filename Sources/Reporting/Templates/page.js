"use strict";
// The page reads without this script. It adds the numbers of one token, and what is coloured.
// Texts from the log become text nodes only, never markup.
(() => {
  const noNumber = "–";

  /** Three significant digits and a true minus, as in the tables. */
  function number(x) {
    if (x === null || Number.isNaN(x)) return noNumber;
    if (x === 0) return "0";
    const size = Math.abs(x);
    const isSmall = size < 1e-4 || size >= 1e6;
    const digits = Math.max(2 - Math.floor(Math.log10(size)), 0);
    return (isSmall ? x.toExponential(2).replace("e+", "e") : x.toFixed(digits)).replaceAll("-", "−");
  }
  const signed = (x) => (x > 0 ? "+" : "") + number(x);

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  /** A table whose first row and first column are heads; a cell is text, or what makes it. */
  function table(heads, rows) {
    const made = element("table");
    const line = made.createTHead().insertRow();
    for (const head of heads) line.append(Object.assign(element("th", head), { scope: "col" }));
    const body = made.createTBody();
    for (const [head, ...cells] of rows) {
      const row = body.insertRow();
      row.append(Object.assign(element("th", head), { scope: "row" }));
      for (const cell of cells) {
        const made = row.insertCell();
        if (cell) made.append(cell);
      }
    }
    return made;
  }

  /** Class of a token by each measure: direction, then strength in tenths. */
  const shade = (kind, strength) => kind + Math.min(10, Math.max(1, Math.round(strength * 10)));
  const bySign = (change) => (Math.abs(change) >= 0.1 ? shade(change > 0 ? "u" : "d", Math.abs(change) / 2) : "");
  const shades = {
    l: bySign, h: bySign, js: (js) => (js > 0.01 ? shade("n", Math.sqrt(js / Math.LN2)) : ""),
  };

  /** Word and class of each verdict's letter. */
  const verdicts = {
    c: ["changed", "vc"], u: ["unchanged", "vu"], "?": ["undecidable", "vq"], "-": ["not measured", "x"],
  };

  /** A change with how far rounding may have moved it. A half-width of JS is of its root. */
  function bounds(key, x, e) {
    if (x === null || e === null) return noNumber;
    if (key !== "js") return `${signed(x)} ± ${e < 1e-4 ? number(e) : Number(e.toPrecision(2))}`;
    const root = Math.sqrt(Math.max(x, 0));
    return `${number(x)}, ${number(Math.max(root - e, 0) ** 2)} to ${number((root + e) ** 2)}`;
  }

  /** One log's texts. */
  function prepare(texts) {
    const names = JSON.parse(texts.querySelector(".names").textContent);
    const panel = texts.querySelector(".token");
    const heard = texts.querySelector(".heard");
    const form = texts.parentNode.querySelector(`form[data-part="${texts.dataset.part}"]`);
    const keys = texts.parentNode.querySelectorAll(`.key[data-part="${texts.dataset.part}"]`);
    const known = new WeakMap();
    let shown = null;
    let isClosed = false;

    /** A text's numbers, parsed when they are first asked for. */
    function numbers(article) {
      if (!known.has(article)) {
        known.set(article, JSON.parse(article.querySelector("script").textContent));
      }
      return known.get(article);
    }

    /** The tokens of a text under one pair, prompt first. */
    function tokens(box) {
      if (!known.has(box)) {
        const all = [...box.firstElementChild.children, ...box.lastElementChild.children];
        all.forEach((token, index) => known.set(token, index));
        known.set(box, all);
      }
      return known.get(box);
    }

    function boxOf(node) {
      const token = node instanceof Element ? node.closest(".tokens > span > span") : null;
      return token ? { token, box: token.closest(".tokens") } : null;
    }

    /** Everything that is known of a token. */
    function facts({ token, box }) {
      const all = tokens(box);
      const index = known.get(token);
      const data = numbers(box.closest("article"));
      const pair = Number(box.dataset.pair);
      const [title, ...models] = names.pairs[pair];
      const start = box.firstElementChild.children.length;
      const place = index < start
        ? `prompt token ${index + 1} of ${start}`
        : `response token ${index - start + 1} of ${all.length - start}`;
      return {
        title, place, text: names.tokens[data.tokens[index]], isLeftOut: data.leftOut.includes(index),
        changes: names.measures.map((measure) => {
          const { x, e, v } = data.pairs[pair][measure.key];
          return {
            name: measure.name, unit: measure.unit.trim(), isChosen: measure === chosen(), value: bounds(measure.key, x[index], Array.isArray(e) ? e[index] : e),
            verdict: verdicts[v[index]][0], margin: measure.margin,
          };
        }),
        models: models.map((model) => {
          const columns = data.models[model];
          const size = columns.t.length / all.length;
          const top = columns.t.slice(index * size, (index + 1) * size);
          return {
            name: names.models[model], logp: columns.l[index], rank: columns.r[index], entropy: columns.h[index],
            top: top.filter((_, at) => at % 2 === 0).map((id, at) => ({
              text: names.tokens[id], p: top[2 * at + 1] === null ? 0 : Math.exp(-top[2 * at + 1] / 1000),
              isThis: id === data.tokens[index],
            })),
          };
        }),
      };
    }

    function fill(known) {
      const { models, changes } = known;
      const close = element("button", "×");
      close.type = "button";
      close.title = "Close (Escape)";
      close.setAttribute("aria-label", "Close");
      const head = element("h4");
      head.append(element("code", known.text), ` ${known.place}`);
      panel.replaceChildren(close, head);
      if (models[0].logp === null || models[1].logp === null) {
        panel.append(element("p", "Not measured."));
        return;
      }
      const [before, after] = models;
      if (known.isLeftOut) panel.append(element("p", "Left out by response_mask."));
      const lists = element("div", undefined, "lists");
      lists.append(
        table([known.title, "change", "verdict"], changes.map(({ name, unit, value, verdict, margin }) =>
          [unit ? `${name}, ${unit}` : name, value, `${verdict} at ${margin}`])),
        table(["", before.name, after.name], [
          ["log p, nats", ...models.map((model) => number(model.logp))],
          ["p", ...models.map((model) => number(Math.exp(model.logp)))],
          ["rank", ...models.map((model) => String(model.rank))],
          ["entropy, nats", ...models.map((model) => number(model.entropy))],
        ]));
      const cell = (top) => {
        if (!top) return "";
        const made = element("div", undefined, top.isThis ? "top same" : "top");
        made.append(element("code", top.text), element("span", number(top.p)));
        return made;
      };
      const count = Math.max(before.top.length, after.top.length);
      if (count > 0) {
        lists.append(table(
          ["most likely", before.name, after.name],
          Array.from({ length: count }, (_, at) => [`${at + 1}, p`, cell(before.top[at]), cell(after.top[at])])));
      }
      panel.append(lists);
    }

    /** The same in one sentence, for those who listen. */
    function sentence(known) {
      const models = known.models.map((model) => model.logp === null
        ? `${model.name}: not measured`
        : `${model.name}: log probability ${number(model.logp)}, rank ${model.rank}, entropy ${number(model.entropy)}, `
          + `most likely ${model.top[0] ? model.top[0].text : noNumber}`);
      const { name, value, verdict } = known.changes.find(({ isChosen }) => isChosen);
      return `${known.text}, ${known.place}. ${name} ${value}: ${verdict}. ${models.join(". ")}.`;
    }

    function show(place) {
      if (shown) shown.token.classList.remove("at");
      shown = place;
      place.token.classList.add("at");
      fill(facts(place));
    }

    function hint() {
      panel.replaceChildren(element("p", "Point at a token, or go to a text with Tab and through it with the arrow keys, "
        + "to see both models' numbers here. Enter moves the focus here, Escape closes."));
    }

    function close() {
      if (shown) shown.token.classList.remove("at");
      shown = null;
      isClosed = true;
      panel.hidden = true;
      texts.classList.remove("open");
    }

    /** Makes a token the one that Tab reaches in its text. */
    function focus(place) {
      const old = place.box.querySelector("[tabindex='0']");
      if (old) old.removeAttribute("tabindex");
      place.token.tabIndex = 0;
      place.token.setAttribute("role", "button");
      isClosed = panel.hidden = false;
      texts.classList.add("open");
      place.token.focus();
    }

    /** The token nearest in the line above or below. */
    function inOtherLine(all, index, step) {
      const from = all[index].getClientRects()[0];
      let best = -1;
      let line = null;
      for (let at = index + step; at >= 0 && at < all.length; at += step) {
        const rect = all[at].getClientRects()[0];
        if (!rect || Math.abs(rect.top - from.top) < rect.height / 2) continue;
        if (line !== null && Math.abs(rect.top - line) > rect.height / 2) break;
        line = rect.top;
        const isNearer = best < 0
          || Math.abs(rect.left - from.left) < Math.abs(all[best].getClientRects()[0].left - from.left);
        if (isNearer) best = at;
      }
      return best < 0 ? index : best;
    }

    texts.addEventListener("pointerover", (event) => {
      if (isClosed || event.pointerType === "touch") return;
      const place = boxOf(event.target);
      if (place && place.token !== shown?.token) show(place);
    });
    texts.addEventListener("click", (event) => {
      if (event.target.closest(".token > button")) return close();
      const place = boxOf(event.target);
      if (place && String(getSelection()) === "") focus(place);
    });
    texts.addEventListener("focusin", (event) => {
      const place = boxOf(event.target);
      if (!place || isClosed) return;
      show(place);
      heard.textContent = sentence(facts(place));
    });
    texts.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && !panel.hidden) {
        event.preventDefault();
        if (panel.contains(document.activeElement) && shown) return shown.token.focus();
        return close();
      }
      const action = choices[event.key.toLowerCase()] || moves(boxOf(event.target))[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    });

    /** What keys choose anywhere among the texts; the page lists them beside the choices. */
    const choices = {
      1: () => choose(0),
      2: () => choose(1),
      3: () => choose(2),
      4: () => choose(3),
      5: () => choose(4),
      v: () => chooseVerdict(),
    };

    /** Where keys go from a token; nowhere from elsewhere. */
    function moves(place) {
      if (!place) return {};
      const prompt = place.box.firstElementChild;
      const all = tokens(place.box).slice(prompt.offsetParent === null ? prompt.children.length : 0);
      const index = all.indexOf(place.token);
      const ahead = getComputedStyle(place.box).direction === "rtl" ? -1 : 1;
      const go = (goal) => focus({ token: all[Math.min(Math.max(goal, 0), all.length - 1)], box: place.box });
      const enter = () => {
        focus(place);
        panel.focus();
      };
      return {
        ArrowRight: () => go(index + ahead),
        ArrowLeft: () => go(index - ahead),
        ArrowDown: () => go(inOtherLine(all, index, 1)),
        ArrowUp: () => go(inOtherLine(all, index, -1)),
        Home: () => go(0),
        End: () => go(all.length - 1),
        Enter: () => enter(),
        " ": () => enter(),
      };
    }

    /** The measure that is coloured, or whose verdicts are. */
    function chosen() {
      const { measure, of } = form.elements;
      const key = measure.value === "verdict" ? of.value : measure.value;
      return names.measures.find((known) => known.key === key);
    }

    function choose(at) {
      form.elements.measure.selectedIndex = at;
      colour();
      const { measure } = form.elements;
      heard.textContent = `Colour: ${measure.value === "verdict" ? `verdict of ${chosen().name}` : chosen().name}`;
    }

    /** The next measure's verdicts, or first the verdicts. */
    function chooseVerdict() {
      const { measure, of } = form.elements;
      if (measure.value === "verdict") of.selectedIndex = (of.selectedIndex + 1) % of.length;
      choose(measure.length - 1);
    }

    /** How many of a response's tokens have which verdict. */
    function counts(box, letters, { name, margin, unit }) {
      const leftOut = new Set(numbers(box.closest("article")).leftOut);
      const found = Object.fromEntries(Object.keys(verdicts).map((letter) => [letter, 0]));
      for (let at = box.firstElementChild.children.length; at < letters.length; at += 1) {
        if (!leftOut.has(at)) found[letters[at]] += 1;
      }
      const words = Object.entries(verdicts).map(([letter, [word]]) => `${found[letter]} ${word}`);
      return `${name} at margin ${margin}${unit}: ${words.join(", ")}`;
    }

    const original = new WeakMap();
    function colour() {
      const { measure, of } = form.elements;
      const isVerdict = measure.value === "verdict";
      const known = chosen();
      of.parentNode.hidden = !isVerdict;
      for (const key of keys) key.hidden = key.dataset.measure !== (isVerdict ? `verdict-${known.key}` : known.key);
      for (const box of texts.querySelectorAll(".tokens")) {
        const { x, v } = numbers(box.closest("article")).pairs[box.dataset.pair][known.key];
        const kind = isVerdict ? (at) => verdicts[v[at]][1] : (at) => shades[known.key](x[at]);
        tokens(box).forEach((token, index) => {
          if (!original.has(token)) original.set(token, token.className.replace(/ ?\bat\b/, ""));
          const own = original.get(token);
          token.className = measure.value === "p" || own === "x" ? own : kind(index);
        });
        box.parentNode.querySelector(".count").textContent = counts(box, v, known);
      }
      if (shown) show(shown);
    }
    form.addEventListener("change", () => {
      const { pair, prompts } = form.elements;
      texts.classList.toggle("coloured", prompts.checked);
      for (const box of texts.querySelectorAll(".tokens")) {
        box.parentNode.classList.toggle("off", pair.value !== "" && box.dataset.pair !== pair.value);
      }
      colour();
    });
    form.addEventListener("submit", (event) => event.preventDefault());

    for (const box of texts.querySelectorAll(".tokens")) {
      const first = box.lastElementChild.firstElementChild || box.firstElementChild.firstElementChild;
      if (first) {
        first.tabIndex = 0;
        first.setAttribute("role", "button");
      }
    }
    form.reset();
    form.hidden = panel.hidden = false;
    texts.classList.add("live", "open");
    hint();
  }

  document.querySelectorAll(".texts").forEach(prepare);

  // Only boxes that scroll are stops of the Tab key.
  const boxes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  document.querySelectorAll(".scroll").forEach((box) => boxes.observe(box));
})();
