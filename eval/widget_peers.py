"""Other help widgets, as their own instructions embed them, and where to press and write in each."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER = "The office opens at nine."
"""What the stand-in for their servers says, whatever it is asked."""
QUOTE = "Opening hours: the office opens at nine on every working day."
SOURCE = "https://documents.example/opening-hours.html"


@dataclass(frozen=True, slots=True)
class Peer:
    """One widget. `{files}` in its texts is where its files lie, `{api}` the server that it asks.

    `package` is its name and version in the npm registry; None: its files are not there, and must be given.
    `launcher` is what is pressed to open it, None where it is always open; `box` is where one writes.
    """

    name: str
    package: str | None
    markup: str
    script: str
    launcher: str | None
    box: str
    reply: str = ANSWER


PEERS = (
    Peer(
        "flowise-embed", "flowise-embed@3.1.6", "",
        'import Chatbot from "{files}/dist/web.js";\nChatbot.init({{ chatflowid: "c", apiHost: "{api}/flowise" }});\n',
        "flowise-chatbot [part=button], flowise-chatbot button", "flowise-chatbot textarea",
    ),
    Peer(
        "deep-chat", "deep-chat@2.4.2",
        '<script type="module" src="{files}/dist/deepChat.bundle.js"></script>\n'
        "<deep-chat connect='{{\"url\": \"{api}/deep-chat\"}}'></deep-chat>",
        "", None, "deep-chat #text-input",
    ),
    Peer(
        "AnythingLLM embed", None,
        '<script data-embed-id="c" data-base-api-url="{api}/anythingllm/embed" '
        'src="{files}/anythingllm-chat-widget.min.js"></script>',
        "", "#anything-llm-embed-chat-button, #anythingllm-embed-chat-button, [id*=anything] button",
        "#message-input, [id*=anything] textarea",
    ),
    Peer(
        "@n8n/chat", "@n8n/chat@1.37.0", '<link rel="stylesheet" href="{files}/dist/style.css">',
        'import {{ createChat }} from "{files}/dist/chat.bundle.es.js";\ncreateChat({{ webhookUrl: "{api}/n8n" }});\n',
        ".chat-window-toggle", ".chat-inputs textarea",
    ),
)  # fmt: skip
