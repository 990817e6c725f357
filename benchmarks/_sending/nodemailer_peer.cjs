// nodemailer as a process of its own: node nodemailer_peer.cjs PORT COUNT CONTENT; NODE_PATH finds nodemailer.
// A pool of ten connections that stay open, texts filled for each recipient. Prints JSON.
const fs = require('fs');
const nodemailer = require('nodemailer');

const [port, count, file] = process.argv.slice(2);
const content = JSON.parse(fs.readFileSync(file, 'utf8'));

async function main() {
  const transport = nodemailer.createTransport({
    pool: true, maxConnections: 10, maxMessages: Infinity,
    host: '127.0.0.1', port: Number(port), secure: false, ignoreTLS: true,
  });
  const send = (number) => {
    const address = `personne${number}@example.org`;
    const filled = (text) => text.replaceAll('@@NAME@@', 'Zoé Tremblay').replaceAll('@@ADDRESS@@', address);
    return transport.sendMail({
      from: 'Infolettre <info@example.org>', to: address, subject: content.subject,
      text: filled(content.text), html: filled(content.html),
      headers: { 'List-Unsubscribe': `<https://example.org/u/${number}>` },
    });
  };
  const total = Number(count);
  let next = 0;
  let accepted = 0;
  const worker = async () => {
    while (next < total) {
      const answer = await send(next++);
      accepted += answer.accepted.length;
    }
  };
  const begun = process.hrtime.bigint();
  const used = process.cpuUsage();
  await Promise.all(Array.from({ length: 20 }, worker));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const { user, system } = process.cpuUsage(used);
  transport.close();
  console.log(JSON.stringify({ seconds, processor: (user + system) / 1e6, accepted }));
}

main();
