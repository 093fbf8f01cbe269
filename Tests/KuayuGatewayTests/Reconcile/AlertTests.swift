import KuayuCrypto
import KuayuGateway
import KuayuModel
import KuayuReconcile
import Synchronization
import Testing

/// Takes what is sent, and answers as it is told.
private final class RecordingTransport: AlertTransport {
    private let state = Mutex(
        (
            posts: [(url: String, headers: [(name: String, value: String)], body: [UInt8])](),
            mails: [OutgoingMail](), status: 200
        ))

    var posts: [(url: String, headers: [(name: String, value: String)], body: [UInt8])] { state.withLock { $0.posts } }
    var mails: [OutgoingMail] { state.withLock { $0.mails } }

    func answer(_ status: Int) { state.withLock { $0.status = status } }

    func post(
        url: String, headers: [(name: String, value: String)], body: [UInt8], authority: String?
    ) async throws(AlertError) -> Int {
        state.withLock {
            $0.posts.append((url, headers, body))
            return $0.status
        }
    }

    func mail(_ mail: OutgoingMail) async throws(AlertError) { state.withLock { $0.mails.append(mail) } }
}

private struct FixedClock: GatewayClock {
    var now: Instant { Instant(epochSeconds: 1_674_087_231) }
}

private let notice: IssueNotice = {
    let group = IssueGroup(
        hub: .anhui, code: .behind, openedAt: Instant(epochSeconds: 1_795_500_000), count: 3, peak: 3, toldCount: 3,
        sequence: 1, lastAt: Instant(epochSeconds: 1_795_500_000))
    return IssueNotice(kind: .opened, group: group, at: Instant(epochSeconds: 1_795_500_000))
}()

@Suite struct WebhookSignatureTests {
    /// The vector of the Standard Webhooks libraries: secret, id, timestamp, body and signature; HMAC checked with Python.
    @Test func signsAsTheStandardSays() throws {
        let signature = try #require(
            WebhookSignature(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", crypto: LibCrypto()))
        let headers = signature.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers.map(\.value).last == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=",
        "whsec_" + String(repeating: "QUFB", count: 22),
    ])
    func refusesOtherSecrets(secret: String) {
        #expect(WebhookSignature(secret: secret, crypto: LibCrypto()) == nil)
    }
}

@Suite struct AlertChannelTests {
    private func webhook(_ transport: RecordingTransport) throws -> WebhookChannel {
        WebhookChannel(
            url: "https://ops.example/hook", authority: nil,
            signature: try #require(
                WebhookSignature(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", crypto: LibCrypto())),
            transport: transport, clock: FixedClock())
    }

    @Test(arguments: [
        (200, AlertError?.none), (204, nil), (400, .refused("HTTP 400")), (410, .refused("HTTP 410")),
        (302, .unavailable("HTTP 302")), (429, .unavailable("HTTP 429")), (503, .unavailable("HTTP 503")),
    ])
    func tellsTakenFromRefusedFromLater(status: Int, error: AlertError?) async throws {
        let transport = RecordingTransport()
        transport.answer(status)
        let channel = try webhook(transport)
        var thrown: AlertError?
        do throws(AlertError) { try await channel.send(notice) } catch { thrown = error }
        #expect(thrown == error)
        let post = try #require(transport.posts.first)
        #expect(post.body == notice.json)
        #expect(post.headers.first { $0.name == "webhook-id" }?.value == notice.id)
        #expect(post.headers.first { $0.name == "webhook-timestamp" }?.value == "1674087231")
    }

    @Test func writesAMailThatNoLineBreakCanExtend() async throws {
        let transport = RecordingTransport()
        let channel = MailChannel(
            server: "smtp://127.0.0.1:25", login: nil, from: "kuayu@example.cn\r\nBcc: x@example.cn",
            to: ["ops@example.cn"], transport: transport)
        try await channel.send(notice)
        let mail = try #require(transport.mails.first)
        let text = String(decoding: mail.bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1).map(String.init)
        let names = parts[0].split(separator: "\r\n").filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                "Content-Transfer-Encoding",
            ])
        #expect(parts[0].contains("Date: Tue, 24 Nov 2026 "))
        #expect(parts[0].split(separator: "\r\n").allSatisfy { $0.utf8.count <= 78 })
        #expect(parts[1].split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    }
}
