import KuayuModel
public import KuayuReconcile

/// Tells a webhook, signed by Standard Webhooks 1.0.
///
/// 2xx: taken. 410, 400, 401, 403, 404, 422: refused for good. Everything else: sent again later under the same id.
public struct WebhookChannel: AlertChannel {
    /// `webhook`.
    public let name = "webhook"
    private let url: String
    private let authority: String?
    private let signature: WebhookSignature
    private let transport: any AlertTransport
    private let clock: any GatewayClock

    /// A webhook at an `https` address.
    public init(
        url: String, authority: String?, signature: WebhookSignature, transport: any AlertTransport,
        clock: any GatewayClock
    ) {
        self.url = url
        self.authority = authority
        self.signature = signature
        self.transport = transport
        self.clock = clock
    }

    /// Posts the notice.
    public func send(_ notice: IssueNotice) async throws(AlertError) {
        let body = notice.json
        let signed = signature.headers(id: notice.id, timestamp: clock.now.epochSeconds, body: body)
        let status = try await transport.post(
            url: url, headers: [("Content-Type", "application/json")] + signed, body: body, authority: authority)
        switch status {
        case 200..<300: return
        case 400, 401, 403, 404, 410, 422: throw .refused("HTTP \(status)")
        default: throw .unavailable("HTTP \(status)")
        }
    }
}
