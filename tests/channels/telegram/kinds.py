"""Every kind of message that a person can send, in the shape in which Telegram sends it.

The fields are those of the Bot API's own description. Names that nobody may read are marked.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

SOMEBODY = {"id": 77, "is_bot": False, "first_name": "SENTINEL Bo"}


def file(name: str, **more: Any) -> Json:
    return {"file_id": name, "file_unique_id": f"u-{name}", "file_size": 4000, **more}


PHOTO: Json = {
    "photo": [
        file("small", width=90, height=67, file_size=1200),
        file("photo", width=1280, height=960),
    ]
}
DOCUMENT: Json = {"document": file("document", file_name="SENTINEL.png", mime_type="image/png")}
VOICE: Json = {"voice": file("voice", duration=3, mime_type="audio/ogg")}
AUDIO: Json = {"audio": file("audio", duration=200, mime_type="audio/mpeg", title="SENTINEL")}
VIDEO: Json = {"video": file("video", width=640, height=480, duration=4, mime_type="video/mp4")}
VIDEO_NOTE: Json = {"video_note": file("note", length=240, duration=3)}
ANIMATION: Json = {
    "animation": file("gif", width=320, height=240, duration=2),
    "document": file("gif", mime_type="video/mp4"),
}
STICKER: Json = {
    "sticker": file(
        "sticker", type="regular", width=512, height=512, is_animated=False, is_video=False
    )
}
PLACE: Json = {"latitude": 51.2781, "longitude": 1.0761}
LOCATION: Json = {"location": PLACE}
LIVE: Json = {"location": {**PLACE, "live_period": 900, "heading": 90}}
VENUE: Json = {"venue": {"location": PLACE, "title": "SENTINEL", "address": "x"}, **LOCATION}
CONTACT: Json = {"contact": {"phone_number": "+447700900123", "first_name": "SENTINEL Bo"}}
POLL: Json = {
    "poll": {
        "id": "5",
        "question": "SENTINEL?",
        "options": [],
        "type": "regular",
        "is_closed": True,
    }
}
DICE: Json = {"dice": {"emoji": "🎲", "value": 4}}
STORY: Json = {"story": {"chat": {"id": 77, "type": "private"}, "id": 3}}
PAID: Json = {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}}
PINNED: Json = {"pinned_message": {"message_id": 3, "date": 0, "chat": {"id": 501}}}

FORWARD: Json = {
    "forward_origin": {"type": "user", "date": 1772440000, "sender_user": SOMEBODY},
    "forward_from": SOMEBODY,
    "forward_date": 1772440000,
}
HIDDEN_FORWARD: Json = {
    "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "SENTINEL Bo"}
}
REPLY: Json = {
    "reply_to_message": {
        "message_id": 9,
        "date": 1772440000,
        "chat": {"id": 501, "type": "private"},
        "from": SOMEBODY,
        "text": "a girl in my class says her uncle touches her",
    },
    "quote": {"text": "her uncle touches her", "position": 24},
}
