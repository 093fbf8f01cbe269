/// Bounds of the libcurl driver, the same for all partners.
public struct CurlConfiguration: Hashable, Sendable {
    /// How many transfers run at once; the rest wait in order.
    ///
    /// Default 64, at least 1.
    public var slots: Int
    /// How many requests may wait; one more is answered `notSent` at once.
    ///
    /// Default 8,192.
    public var queueLimit: Int
    /// A connection idle for longer is not used again, so that the partner's own idle timeout rarely wins.
    ///
    /// Default 20 s.
    public var idleConnectionSeconds: Int
    /// A transfer slower than this for ``lowSpeedSeconds`` is given up.
    ///
    /// Default 1 byte per second.
    public var lowSpeedBytesPerSecond: Int
    /// See ``lowSpeedBytesPerSecond``.
    ///
    /// Waiting for the answer counts as slow. Default 60 s.
    public var lowSpeedSeconds: Int
    /// The most header bytes of a reply that are read.
    ///
    /// Default 64 KiB.
    public var replyHeaderBytes: Int
    /// Limits of the transfers of files, which carry none of their own.
    public var fileLimits: FileTransferLimits

    /// Bounds with their defaults.
    public init(
        slots: Int = 64, queueLimit: Int = 8_192, idleConnectionSeconds: Int = 20, lowSpeedBytesPerSecond: Int = 1,
        lowSpeedSeconds: Int = 60, replyHeaderBytes: Int = 64 << 10, fileLimits: FileTransferLimits = .init()
    ) {
        self.slots = max(1, slots)
        self.queueLimit = queueLimit
        self.idleConnectionSeconds = idleConnectionSeconds
        self.lowSpeedBytesPerSecond = lowSpeedBytesPerSecond
        self.lowSpeedSeconds = lowSpeedSeconds
        self.replyHeaderBytes = replyHeaderBytes
        self.fileLimits = fileLimits
    }
}

/// Limits of one SFTP transfer.
public struct FileTransferLimits: Hashable, Sendable {
    /// Time to connect, the SSH handshake included.
    ///
    /// Default 10 s.
    public var connectMilliseconds: Int
    /// Time of the whole transfer.
    ///
    /// Default 120 s.
    public var totalMilliseconds: Int
    /// Largest folder listing that is read.
    ///
    /// Default 8 MiB.
    public var listingBytes: Int

    /// Limits with their defaults.
    public init(connectMilliseconds: Int = 10_000, totalMilliseconds: Int = 120_000, listingBytes: Int = 8 << 20) {
        self.connectMilliseconds = connectMilliseconds
        self.totalMilliseconds = totalMilliseconds
        self.listingBytes = listingBytes
    }
}

/// The driver could not be started; nothing of it runs.
public struct CurlSetupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed.
    public let description: String
}
