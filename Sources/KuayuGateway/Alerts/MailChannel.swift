import KuayuFormats
public import KuayuReconcile

/// Tells people by mail.
public struct MailChannel: AlertChannel {
    /// `mail`.
    public let name = "mail"
    private let server: String
    private let login: String?
    private let from: String
    private let to: [String]
    private let transport: any AlertTransport

    /// Mails from one address to others.
    public init(server: String, login: String?, from: String, to: [String], transport: any AlertTransport) {
        self.server = server
        self.login = login
        self.from = from
        self.to = to
        self.transport = transport
    }

    /// Hands the mail to the server.
    public func send(_ notice: IssueNotice) async throws(AlertError) {
        let message = Self.message(notice, from: from, to: to)
        try await transport.mail(
            OutgoingMail(server: server, login: login, from: from, to: to, bytes: Array(message.utf8)))
    }

    /// The message (RFC 5322); subject by RFC 2047, text in base64 (RFC 2045).
    static func message(_ notice: IssueNotice, from: String, to: [String]) -> String {
        let lines = [
            "From: \(oneLine(from))", "To: \(to.map(oneLine).joined(separator: ", "))",
            "Subject: \(encodedWords(notice.subject))", "Date: \(MailDate.text(notice.at))",
            "Message-ID: <\(notice.id)@kuayu>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
        ]
        return lines.joined(separator: "\r\n") + "\r\n"
            + Base64.encode(Array(notice.text.utf8), lineLength: 76) + "\r\n"
    }

    /// No line break can make a header of its own.
    private static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline } }

    /// Encoded words, cut between characters, so short that the line with `Subject: ` stays within 76 characters.
    static func encodedWords(_ text: String) -> String {
        var words: [String] = []
        var part: [UInt8] = []
        for character in text {
            let bytes = Array(String(character).utf8)
            if part.count + bytes.count > 39 {
                words.append("=?utf-8?B?\(Base64.encode(part))?=")
                part = []
            }
            part += bytes
        }
        if !part.isEmpty { words.append("=?utf-8?B?\(Base64.encode(part))?=") }
        return words.joined(separator: "\r\n ")
    }
}
