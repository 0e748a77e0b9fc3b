// The modules that the desk runs in a browser. Without them everything works but saving while one
// types and the live line of status. No build, no packages: what stands here is what runs.

/// The texts of the modules.
enum DeskScript {
  /// The line of status. Only the window that is looked at holds a stream, because browsers give a
  /// site six connections in all.
  static let status = #"""
    const part = (name) => document.getElementById(`status-${name}`);
    let source;

    function watch() {
      source?.close();
      if (document.hidden || !part("link")) return;
      source = new EventSource("/desk/status");
      source.onmessage = ({ data }) => {
        const { link, off, waiting, agreed, note } = JSON.parse(data);
        show(link, off);
        part("waiting").textContent = waiting;
        part("agreed").textContent = agreed;
        part("note").textContent = note;
      };
      source.onerror = () =>
        show("Dieser Knoten antwortet nicht – was Sie schreiben, bleibt im Browser", true);
    }

    function show(text, isOff) {
      part("link").textContent = text;
      part("link").className = isOff ? "lamp off" : "lamp";
    }

    document.addEventListener("visibilitychange", watch);
    addEventListener("pagehide", () => source?.close());
    addEventListener("pageshow", watch);
    if ("serviceWorker" in navigator) navigator.serviceWorker.register("/desk/worker.js");

    """#

  /// A draft is saved at every pause. Until the node has it, it is kept in this browser: over a
  /// lost network, a killed node, a closed window and an ended sign-in.
  static let draft = #"""
    const form = document.getElementById("draft");
    const line = document.getElementById("saved");
    const name = form.dataset.draft;
    const pause = 800;
    const retry = 3000;
    const words = {
      away: "Der Knoten antwortet nicht. Ihr Text ist in diesem Browser gesichert.",
      signIn: "Ihre Anmeldung ist abgelaufen. Ihr Text ist in diesem Browser gesichert.",
      gone: "Diesen Entwurf gibt es nicht mehr: freigegeben oder verworfen. " +
        "Was hier steht, können Sie noch kopieren.",
    };

    // MARK: what the node does not have yet

    const database = new Promise((done) => {
      const request = indexedDB.open("vesthub", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("drafts");
      request.onsuccess = () => done(request.result);
      request.onerror = () => done(undefined);
    });

    async function drafts(use, mode = "readwrite") {
      const open = await database;
      if (!open) return undefined;
      return new Promise((done) => {
        const request = use(open.transaction("drafts", mode).objectStore("drafts"));
        request.onsuccess = () => done(request.result);
        request.onerror = () => done(undefined);
      });
    }

    function pairs() {
      return [...new FormData(form)].filter(([key, value]) =>
        key !== "token" && typeof value === "string");
    }

    const record = () => ({ at: Date.now(), pairs: pairs() });
    const keep = () => drafts((store) => store.put(record(), name));

    // A window that closes has no time for the database.
    const last = `draft ${name}`;
    function keepAtOnce() {
      try {
        localStorage.setItem(last, JSON.stringify(record()));
      } catch {
        // Full or forbidden: the database has all but the last words.
      }
    }

    async function forget() {
      localStorage.removeItem(last);
      await drafts((store) => store.delete(name));
    }

    async function kept() {
      const all = [
        await drafts((store) => store.get(name), "readonly"),
        JSON.parse(localStorage.getItem(last)),
      ].filter(Boolean);
      return all.sort((one, other) => other.at - one.at)[0]?.pairs;
    }

    // Puts back what an earlier window could not hand on.
    async function restore() {
      const found = await kept();
      if (!found) return;
      const values = new Map();
      for (const [key, value] of found) values.set(key, [...(values.get(key) ?? []), value]);
      for (const input of form.elements) {
        if (input.type === "checkbox") {
          input.checked = (values.get(input.name) ?? []).includes(input.value);
        } else if (values.has(input.name)) {
          input.value = values.get(input.name)[0];
        }
      }
      for (const [key, all] of values) {
        if (form.elements[key]) continue;
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: key, value: all[0] });
        form.append(input);
      }
      for (const fold of form.querySelectorAll("details")) fold.open = true;
      version += 1;
      await save();
    }

    // MARK: saving

    let version = 0;
    let savedVersion = 0;
    let timer;
    let running;

    function typed() {
      version += 1;
      keep();
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    }

    function say(text, link) {
      line.textContent = text;
      line.classList.toggle("late", version !== savedVersion);
      if (link) {
        const anchor = document.createElement("a");
        Object.assign(anchor, { href: link, target: "_blank", textContent: " Neu anmelden" });
        line.append(anchor);
      }
    }

    // True if the node has everything now.
    async function save() {
      clearTimeout(timer);
      if (running) await running;
      if (version === savedVersion) return true;
      running = send();
      const isSaved = await running;
      running = undefined;
      return isSaved && (version === savedVersion || save());
    }

    async function send() {
      const sent = version;
      let answer;
      try {
        answer = await fetch(`/desk/drafts/${name}/autosave`, {
          method: "POST",
          headers: { Accept: "application/json" },
          body: new URLSearchParams(new FormData(form)),
        });
      } catch {
        return later(words.away);
      }
      if (answer.status === 401 || answer.status === 403) {
        return (await renew()) ? send() : later(words.signIn, "/desk/signin");
      }
      if (answer.status === 404 || answer.status === 409) {
        say(words.gone);
        return false;
      }
      if (!answer.ok) return later(words.away);
      const { at, shown, elsewhere, versions } = await answer.json();
      form.elements.shown.value = shown;
      savedVersion = sent;
      if (version === sent) await forget();
      let text = `Gesichert: ${at}`;
      if (elsewhere.length) {
        text += `. In einem anderen Fenster geändert: ${elsewhere.join(", ")} – bitte neu laden`;
      }
      if (versions) {
        text += ". Zwei Fenster schrieben dasselbe Feld: Beide Fassungen sind gesichert, " +
          "nach dem Neuladen wählen Sie";
      }
      say(text);
      return true;
    }

    function later(text, link) {
      say(text, link);
      clearTimeout(timer);
      timer = setTimeout(save, retry);
      return false;
    }

    // After a new sign-in in another window the form needs its token; the text stays where it is.
    async function renew() {
      try {
        const answer = await fetch("/desk/token");
        if (!answer.ok) return false;
        const { token } = await answer.json();
        const isNew = form.elements.token.value !== token;
        for (const input of document.getElementsByName("token")) input.value = token;
        return isNew;
      } catch {
        return false;
      }
    }

    // MARK: events

    form.addEventListener("input", typed);
    // A form goes once, after its text is saved; further clicks change nothing.
    let isGoing = false;
    let isSaved = false;
    form.addEventListener("submit", async (event) => {
      if (isSaved) return;
      event.preventDefault();
      if (isGoing) return;
      isGoing = true;
      const button = event.submitter;
      version += 1;
      isSaved = await save();
      if (isSaved) form.requestSubmit(button);
      isGoing = isSaved;
      isSaved = false;
      if (!isGoing) return;
      for (const other of form.querySelectorAll("button")) other.disabled = true;
    });
    addEventListener("pageshow", () => {
      isGoing = false;
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    });
    addEventListener("pagehide", () => {
      if (version === savedVersion) return;
      keepAtOnce();
      navigator.sendBeacon(
        `/desk/drafts/${name}/autosave`, new URLSearchParams(new FormData(form)));
    });
    addEventListener("focus", () => {
      if (version !== savedVersion) save();
    });
    restore();

    """#

  /// Answers for a node that is away: drafts that were open before open again from this browser,
  /// everything else gets a page that says what happened.
  static let worker = #"""
    const cacheName = "drafts";
    const away = `<!doctype html><html lang="de"><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Der Knoten antwortet nicht</title>
    <h1>Der Knoten antwortet nicht</h1>
    <p>Was Sie geschrieben haben, ist in diesem Browser gesichert und wird übertragen, sobald der
    Knoten wieder da ist. Gehen Sie zurück, um weiterzuschreiben.</p></html>`;

    addEventListener("install", () => skipWaiting());
    addEventListener("activate", (event) => event.waitUntil(clients.claim()));
    addEventListener("fetch", (event) => {
      if (event.request.mode === "navigate") event.respondWith(answer(event.request));
    });

    async function answer(request) {
      const path = new URL(request.url).pathname;
      const isDraft = request.method === "GET" && /^\/desk\/drafts\/[0-9a-f]+$/.test(path);
      const kept = await caches.open(cacheName);
      try {
        const response = await fetch(request);
        if (path === "/desk/signout") await caches.delete(cacheName);
        if (isDraft && response.ok && !response.redirected) await kept.put(path, response.clone());
        if (isDraft && !response.ok) await kept.delete(path);
        return response;
      } catch {
        return (isDraft && (await kept.match(path))) || new Response(away, {
          status: 503,
          headers: {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": "default-src 'none'",
          },
        });
      }
    }

    """#
}
