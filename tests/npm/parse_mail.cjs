// Reads messages (one JSON string of base64 a line), writes what npm mailparser makes of each, a line of JSON for each.
"use strict";
const readline = require("node:readline");
const { simpleParser } = require("mailparser");

const OPTIONS = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
const people = (field) => (field ? field.value.map((one) => [one.name, one.address]) : []);

async function taken(raw) {
  const mail = await simpleParser(raw, OPTIONS);
  return {
    from: people(mail.from),
    to: people(mail.to),
    subject: mail.subject,
    messageId: mail.messageId,
    date: mail.date ? mail.date.toISOString() : null,
    text: mail.text,
    html: mail.html,
    headers: mail.headerLines.map((one) => one.key),
    unsubscribe: mail.headerLines.filter((one) => one.key === "list-unsubscribe").map((one) => one.line),
    attachments: mail.attachments.map((one) => [
      one.filename ?? null, one.contentType, one.contentDisposition ?? null, one.cid ?? null,
      one.content.toString("base64"),
    ]),
  };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = await taken(Buffer.from(JSON.parse(line), "base64"));
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
})();
