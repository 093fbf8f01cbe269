public import KuayuEvidence
import KuayuFormats

/// Signs requests by Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.
public struct WebhookSignature: Sendable {
    private let key: [UInt8]
    private let crypto: any EvidenceCrypto

    /// A key as its receiver gives it: `whsec_` and base64 of 24 to 64 bytes; nil for anything else.
    public init?(secret: String, crypto: any EvidenceCrypto) {
        guard secret.hasPrefix("whsec_"), let key = try? Base64.decode(String(secret.dropFirst("whsec_".count))),
            (24...64).contains(key.count)
        else { return nil }
        self.key = key
        self.crypto = crypto
    }

    /// The three header lines.
    public func headers(id: String, timestamp: Int64, body: [UInt8]) -> [(name: String, value: String)] {
        let mac = crypto.hmacSHA256(key: key, Array("\(id).\(timestamp).".utf8) + body)
        return [
            ("webhook-id", id), ("webhook-timestamp", String(timestamp)),
            ("webhook-signature", "v1,\(Base64.encode(mac))"),
        ]
    }
}
