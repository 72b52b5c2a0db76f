/* How the panel looks. */

// Windows in which the panel covers the page.
export const COVERS = "(max-width:30em),(max-height:26em)";

export const style = new CSSStyleSheet();
style.replaceSync(`
*{box-sizing:border-box}
button,textarea,select{font:inherit;color:inherit}
button,select{cursor:pointer;border:1px solid #0000;border-radius:8px;min-height:32px;padding:.25em .75em;background:#e2e8f0}
.main{background:var(--missiondesk-color,#0b5394);color:var(--missiondesk-text,#fff);font-weight:600}
:focus-visible{outline:3px solid #b35c00;outline-offset:2px}
header :focus-visible{outline-color:currentColor;outline-offset:-3px}
.panel{position:absolute;inset-block-end:0;inset-inline-end:0;width:min(25em,calc(100vw - 2em));height:min(39em,calc(100vh - 2em));display:flex;flex-direction:column;background:#fff;border:1px solid #a0aec0;border-radius:12px;box-shadow:0 6px 30px #0004;overflow:hidden}
:host(:not(.floating)) .panel{position:static}
@media ${COVERS}{:host(.floating) .panel{position:fixed;inset:0;width:auto;height:auto;border-radius:0;overflow-y:auto}.panel .log{min-height:9em}}
header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;padding-inline:1em .5em;padding-block:.4em;background:var(--missiondesk-color,#0b5394);color:var(--missiondesk-text,#fff)}
h2{font-size:1.125em;margin:0}
header button{background:#0000;min-width:40px;min-height:40px;padding:0}
.tools{display:flex;flex-wrap:wrap;gap:.4em;align-items:center;padding:.4em 1em;border-block-end:1px solid #e2e8f0;font-size:.875em}
.log{flex:1;overflow-y:auto;padding:.75em 1em;overflow-wrap:anywhere}
p{margin:0 0 .6em}
.note{font-size:.875em;color:#4a5568}
article{border-block-start:1px solid #e2e8f0;padding-block-start:.75em;margin-block-start:.75em}
.asked{font-weight:600}
.mark{min-height:24px;min-width:24px;padding:0 .25em;margin-inline-start:.25em;border-radius:6px;background:#e6f0fa;color:#0b5394;font-size:.875em;font-weight:600}
.next{display:block;margin:0 0 .5em;text-align:start}
.notice{border-inline-start:4px solid #b7791f;padding-inline-start:.6em}
.error{border-color:#c53030}
details{border:1px solid #cbd5e0;border-radius:8px;margin:0 0 .5em;font-size:.875em}
summary{cursor:pointer;padding:.5em .7em;min-height:24px}
details>div{padding:0 .7em .7em}
blockquote{margin:.4em 0;border-inline-start:3px solid #0b5394;padding-inline-start:.6em}
ul{margin:0 0 .6em;padding-inline-start:1.2em}
a{color:#0b5394;display:inline-block;min-height:24px}
.ask{display:grid;grid-template-columns:1fr auto;gap:.25em .5em;align-items:end;padding:.6em 1em;border-block-start:1px solid #e2e8f0}
.ask label{grid-column:1/-1;font-size:.875em}
textarea{display:block;resize:none;width:100%;min-width:0;border:1px solid #718096;border-radius:8px;padding:.4em .6em;background:#fff}
.ask button{min-height:44px}
.rating{display:flex;flex-wrap:wrap;gap:.4em;font-size:.875em}
.why{display:grid;gap:.4em;width:100%;font-size:1em}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend{padding:0;font-weight:600}
.why label{display:block;min-height:24px}
input{width:1.1em;height:1.1em;margin-inline:.1em;accent-color:var(--missiondesk-color,#0b5394);vertical-align:-.2em}
.why .rating{font-size:1em}
.people{margin:0 1em .6em;flex:none}
.live{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (forced-colors:active){button,select,.mark{border:1px solid}}
@media (prefers-reduced-motion:reduce){*{scroll-behavior:auto!important}}`);
