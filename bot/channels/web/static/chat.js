/* Makes the chat quicker; without it everything works as plain forms.
   It sends without leaving the page, and shows what the server says as it comes. */
"use strict";
(() => {
  const body = document.body;

  // Leaving comes first, and must work whatever else is broken.
  for (const leave of document.querySelectorAll("form[data-leave]")) {
    leave.addEventListener("submit", (event) => {
      event.preventDefault();
      const to = leave.dataset.leave;
      document.title = "";
      try {
        fetch(leave.action, { method: "POST", keepalive: true, headers: { Accept: "application/json" } }).catch(() => {});
      } finally {
        body.textContent = "";
        (leave.target === "_top" ? window.top : window).location.replace(to);
      }
    });
  }

  const base = body.dataset.base;
  if (!base) return;
  // A page that is taken out of the browser's memory by its Back button must not show a chat.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const log = document.getElementById("log");
  const last = document.getElementById("last");
  const busy = document.getElementById("busy");
  const notice = document.getElementById("notice");
  const write = document.getElementById("write");
  const text = document.getElementById("text");
  const files = document.getElementById("files");

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (byte) => byte.toString(16).padStart(2, "0")).join("");
  const byKey = (key) => document.getElementById("l-" + key);
  const say = (words) => { notice.textContent = words; notice.hidden = !words; };
  const dropChoices = () => log.querySelectorAll(".choices").forEach((form) => form.remove());

  // An answer is read from its beginning: what must be done first stands there. What comes later
  // by itself, such as a question of the school's, is one of its own.
  let answer = null;
  let whole = 0;
  function add(line) {
    log.insertBefore(line, last);
    answer = line.matches(".mine") ? null : answer || line;
    clearTimeout(whole);
    whole = setTimeout(() => { answer = null; }, 1000);
    last.scrollIntoView({ block: "end" });
    const top = document.querySelector(".bar").getBoundingClientRect().bottom;
    if (answer && answer.getBoundingClientRect().top < top) answer.scrollIntoView({ block: "start" });
  }

  function fragment(html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    return box.content.firstElementChild;
  }

  function mine(words, id) {
    const line = document.getElementById("mine").content.firstElementChild.cloneNode(true);
    line.id = "l-" + id;
    line.querySelector(".said").textContent = words;
    add(line);
    return line;
  }

  function failed(line, words, again) {
    busy.hidden = true;
    const state = line.querySelector(".state");
    state.textContent = words + " ";
    state.classList.add("bad");
    state.setAttribute("role", "alert");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Send again";
    button.addEventListener("click", () => {
      state.classList.remove("bad");
      state.removeAttribute("role");
      state.textContent = "Sending …";
      again();
    });
    state.append(button);
  }

  async function post(line, path, content) {
    say("");
    busy.hidden = false;
    let back;
    try {
      back = await fetch(base + path, { method: "POST", headers: { Accept: "application/json" }, body: content() });
    } catch {
      failed(line, "Not sent: there is no connection.", () => post(line, path, content));
      return false;
    }
    if (back.status === 202) {
      const state = line.querySelector(".state");
      if (state) state.remove();
      return true;
    }
    const told = await back.json().catch(() => ({}));
    if (told.html) {
      const box = document.createElement("template");
      box.innerHTML = told.html;
      for (const help of Array.from(box.content.children)) add(help);
    }
    failed(line, told.says || "Not sent.", () => post(line, path, content));
    if (back.status === 410) over();
    return false;
  }

  function sendWords(words) {
    const id = newId();
    dropChoices();
    document.getElementById("welcome")?.querySelector(".choices")?.remove();
    post(mine(words, id), "/messages", () => new URLSearchParams({ text: words, id }));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-say]")) return;
    event.preventDefault();
    const pressed = event.submitter && event.submitter.name === "press" ? event.submitter.value : "";
    const words = pressed || text.value.trim();
    if (!words) return;
    sendWords(words);
    if (!pressed) text.value = "";
    text.focus({ preventScroll: true });
  });

  files.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = files.elements.file;
    const file = field.files[0];
    if (!file) return;
    const id = newId();
    if (file.size > 10 * 1024 * 1024) {
      say("That file is larger than 10 MB, so it was not sent. Send a smaller one, or describe it in words.");
      return;
    }
    const content = () => {
      const form = new FormData();
      form.append("id", id);
      form.append("file", file, "file");
      return form;
    };
    dropChoices();
    field.value = "";
    await post(mine("A file", id), "/files", content);
  });

  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    write.requestSubmit();
  });

  function over() {
    busy.hidden = true;
    dropChoices();
    say("This conversation is closed in this browser. ");
    const link = document.createElement("a");
    link.href = base;
    link.textContent = "Begin again";
    notice.append(link);
    write.querySelector("button").disabled = true;
    text.disabled = true;
  }

  let after = body.dataset.after;
  function listen() {
    const stream = new EventSource(`${base}/stream?after=${encodeURIComponent(after)}`);
    stream.addEventListener("message", (event) => {
      if (event.lastEventId) after = event.lastEventId;
      const told = JSON.parse(event.data);
      files.hidden = !told.files;
      const there = byKey(told.key);
      if (told.mine) {
        if (there) { there.querySelector(".state")?.remove(); return; }
        dropChoices();
        add(fragment(told.html));
        return;
      }
      if (there) return;
      busy.hidden = true;
      add(fragment(told.html));
    });
    stream.addEventListener("over", () => { stream.close(); over(); });
    stream.addEventListener("error", () => {
      // The browser tries again by itself, unless the server gave an answer it can't go on from.
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    });
  }
  listen();
  if (log.querySelector(".line:not(#welcome)")) last.scrollIntoView({ block: "end" });
  text.focus({ preventScroll: true });
})();
