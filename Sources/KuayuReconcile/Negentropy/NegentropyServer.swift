public import KuayuModel

/// The side that is asked: answers each message by itself and keeps nothing between them.
public struct NegentropyServer<Storage: NegentropyStorage, Hash: Digester>: Sendable {
    private let exchange: NegentropyExchange<Storage, Hash>

    /// A server of a set.
    ///
    /// `frameLimit`: bytes of an answer; 0 for no limit, at least 4,096 otherwise; 1 MiB as it stands.
    public init(
        _ storage: Storage, digester: Hash, frameLimit: Int = 1 << 20, limits: NegentropyLimits = NegentropyLimits()
    ) {
        exchange = NegentropyExchange(storage, digester, frameLimit: frameLimit, limits: limits)
    }

    /// The answer to a message.
    ///
    /// A message of another version of the protocol is answered by the version byte alone, as the protocol asks.
    ///
    /// - Throws: what is wrong with the message.
    public func answer(_ message: [UInt8]) throws(NegentropyError) -> [UInt8] {
        var reader = try NegentropyReader(message, limits: exchange.limits)
        guard try reader.version() == NegentropyProtocol.version else { return [NegentropyProtocol.version] }
        let ranges = try reader.ranges(exchange.limits)
        return exchange.answer(reader, ranges, compare: nil)
    }
}
