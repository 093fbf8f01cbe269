public import KuayuEvidence
import KuayuFormats
public import KuayuModel

/// The four signed headers of the Zhejiang format: sender, service, time in milliseconds, and
/// Base64(HMAC-SHA256(secret, service + sender + time)).
public enum SignedHeaders {
    /// Header names, as they stand on the wire.
    public static let names = (
        rid: "gjgxjhpt_rid", sid: "gjgxjhpt_sid", time: "gjgxjhpt_rtime", sign: "gjgxjhpt_sign"
    )

    /// Why signed headers are refused.
    public enum Refusal: Error, Hashable, Sendable {
        /// A header is missing.
        case missing(String)
        /// The time is not a number.
        case unreadableTime
        /// The time differs from ours by more than the tolerance.
        case stale(byMilliseconds: Int64)
        /// The signature does not match.
        case wrongSignature
    }

    /// The header lines of a request sent at an instant.
    public static func write(
        _ signature: HeaderSignature, at now: Instant, crypto: any EvidenceCrypto
    ) -> [(name: String, value: String)] {
        let time = String(now.epochMilliseconds)
        return [
            (names.rid, signature.rid), (names.sid, signature.sid), (names.time, time),
            (names.sign, sign(signature.sid, signature.rid, time, secret: signature.secret, crypto: crypto)),
        ]
    }

    /// Checks the headers of a request; `header` looks one up by name.
    public static func check(
        _ header: (String) -> String?, secret: [UInt8], tolerance: Duration, now: Instant, crypto: any EvidenceCrypto
    ) throws(Refusal) {
        func need(_ name: String) throws(Refusal) -> String {
            guard let value = header(name) else { throw .missing(name) }
            return value
        }
        let rid = try need(names.rid)
        let sid = try need(names.sid)
        let time = try need(names.time)
        let sign = try need(names.sign)
        guard let sent = Int64(time) else { throw .unreadableTime }
        let (gap, overflow) = now.epochMilliseconds.subtractingReportingOverflow(sent)
        let limit = tolerance.components.seconds * 1000
        guard !overflow, gap.magnitude <= UInt64(limit) else { throw .stale(byMilliseconds: overflow ? .max : gap) }
        let expected = Self.sign(sid, rid, time, secret: secret, crypto: crypto)
        guard isEqual(Array(expected.utf8), Array(sign.utf8)) else { throw .wrongSignature }
    }

    private static func sign(
        _ sid: String, _ rid: String, _ time: String, secret: [UInt8], crypto: any EvidenceCrypto
    ) -> String {
        Base64.encode(crypto.hmacSHA256(key: secret, Array((sid + rid + time).utf8)))
    }

    /// Takes the same time wherever the texts differ.
    private static func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
