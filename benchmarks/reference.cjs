// The baseline of compile.py, scaling.py and size.py: the reference MJML compiler and juice in one long-lived process.
// A line of JSON in, {mjml, css, everything}; a line of JSON out, {html, mjml, juice}: HTML and milliseconds.
const { performance } = require("node:perf_hooks");
const readline = require("node:readline");

const mjml = require("mjml");
const juice = require("juice");

const compile = mjml.default || mjml;
const inline = juice.default || juice;

async function answerEachLine() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const question = JSON.parse(line);
    const start = performance.now();
    const { html } = await compile(question.mjml);
    const compiled = performance.now();
    // Without "everything" the same as our pipeline does: <style> elements stay, only this CSS is inlined.
    const inlined = question.everything
      ? inline(html, { extraCss: question.css })
      : inline.inlineContent(html, question.css);
    const end = performance.now();
    process.stdout.write(`${JSON.stringify({ html: inlined, mjml: compiled - start, juice: end - compiled })}\n`);
  }
}

answerEachLine();
