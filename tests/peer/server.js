// Starts the package `telegram-test-api` on a port, with what it leaves out of its answers and the
// bot needs: nothing of what it does itself is changed.
'use strict';
const express = require('express');
const TelegramServer = require('telegram-test-api');

const EMPTY_POLL = 200; // milliseconds: it doesn't wait for updates, and would be asked at once again

function complete(method, body) {
  if (method === 'getMe') body.result.is_bot = true;
  if (method === 'sendMessage') {
    // A date in seconds, as Telegram has it; and nothing of the request, which comes as it was sent.
    const { message_id, date, chat, text } = body.result;
    body.result = { message_id, date: Math.floor(date / 1000), chat, text };
  }
  if (method === 'answerCallbackQuery' || method === 'editMessageReplyMarkup') body.result = true;
  return body;
}

const json = express.response.json;
express.response.json = function answer(body) {
  const [, method] = this.req.path.match(/^\/bot[^/]+\/(\w+)$/) || [];
  if (method && body.ok) complete(method, body);
  const wait = method === 'getUpdates' && body.ok && body.result.length === 0 ? EMPTY_POLL : 0;
  setTimeout(() => json.call(this, body), wait);
  return this;
};

new TelegramServer({ host: '127.0.0.1', port: Number(process.argv[2]) }).start();
