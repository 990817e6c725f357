// The reference MJML compiler in one long-lived process.
// One JSON string of MJML per line on stdin; one JSON object {html, errors} per line on stdout.
const readline = require("node:readline");
const loaded = require("mjml");

const mjml2html = loaded.default || loaded;

async function answerEachLine() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    // No fonts are linked: a mail calls nothing of a third party.
    const { html, errors } = await mjml2html(JSON.parse(line), { fonts: {} });
    process.stdout.write(`${JSON.stringify({ html, errors: errors.map((error) => error.formattedMessage) })}\n`);
  }
}

answerEachLine();
