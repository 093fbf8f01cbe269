public import KuayuModel
import Synchronization

/// Remembers for which message signed headers were used, while they are valid.
///
/// The signature of the headers says nothing of the body, so that whoever saw them could sign another message with them.
/// Two generations of signatures are kept: when the younger one is as old as headers can be valid, or holds half of
/// ``limit``, it becomes the older one, and the older one is forgotten. Every signature is so remembered for at least
/// the validity, unless more than half of the limit come meanwhile.
public struct SignatureMemory: Sendable {
    /// A message as its headers can be used for it again.
    public struct Message: Hashable, Sendable {
        /// Its `Idempotency-Key`; nil without one.
        public var key: String?
        /// Digest of its body.
        public var bodyDigest: [UInt8]

        /// A message.
        public init(key: String?, bodyDigest: [UInt8]) {
            self.key = key
            self.bodyDigest = bodyDigest
        }
    }

    /// Most signatures that are remembered, 2 or more.
    public let limit: Int
    /// How long headers can be valid after they came first.
    public let validity: Duration
    private var younger: [String: Message] = [:]
    private var older: [String: Message] = [:]
    private var begin: Instant?

    /// Nothing remembered; `limit` is 65,536 by default: half of it is ten minutes at fifty messages a second.
    public init(validity: Duration, limit: Int = 65_536) {
        self.validity = validity
        self.limit = max(2, limit)
    }

    /// Whether these headers may stand for this message: they are new, or were used for the very same before.
    public mutating func allows(_ signature: String, for message: Message, at now: Instant) -> Bool {
        turn(at: now)
        if let known = younger[signature] ?? older[signature] { return known == message }
        younger[signature] = message
        return true
    }

    private mutating func turn(at now: Instant) {
        let age = begin.map { Duration.milliseconds(now.milliseconds(since: $0)) } ?? validity
        guard age >= validity || younger.count >= limit / 2 else { return }
        older = younger
        younger = [:]
        begin = now
    }
}

/// The memory that all requests of an interface share.
final class SharedSignatureMemory: Sendable {
    private let memory: Mutex<SignatureMemory>

    init(validity: Duration) {
        memory = Mutex(SignatureMemory(validity: validity))
    }

    func allows(_ signature: String, for message: SignatureMemory.Message, at now: Instant) -> Bool {
        memory.withLock { $0.allows(signature, for: message, at: now) }
    }
}
