import KuayuModel
import KuayuReconcile
public import Logging
public import ServiceLifecycle

/// Sends notices through every channel, each once it is taken; what is not taken is sent again, ever more slowly.
public struct AlertService: Service {
    private let store: any ReconcileStore
    private let channels: [any AlertChannel]
    private let clock: any GatewayClock
    private let interval: Duration
    private let logger: Logger
    /// Longest pause after failures.
    private static let longest = Duration.seconds(900)

    /// A service; `interval` is the pause between two looks at what is to be sent.
    public init(
        store: any ReconcileStore, channels: [any AlertChannel], clock: any GatewayClock,
        interval: Duration = .seconds(5), logger: Logger
    ) {
        self.store = store
        self.channels = channels
        self.clock = clock
        self.interval = interval
        self.logger = logger
    }

    /// Goes on until shut down.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for channel in channels {
                group.addTask { try await cancelWhenGracefulShutdown { try await serve(channel) } }
            }
            group.addTask { try? await gracefulShutdown() }
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    private func serve(_ channel: any AlertChannel) async throws {
        var pause = interval
        while true {
            pause = await sendAll(through: channel) ? interval : min(pause * 2, Self.longest)
            try await Task.sleep(for: pause)
        }
    }

    /// Sends what waits; false when the channel does not take it now.
    func sendAll(through channel: any AlertChannel) async -> Bool {
        do {
            for notice in try store.readReconciliation({ try $0.unsentNotices(channel: channel.name, limit: 100) }) {
                do throws(AlertError) {
                    try await channel.send(notice)
                } catch {
                    log(error, notice, channel)
                    if case .unavailable = error { return false }
                }
                // What is refused for good is not sent again.
                let now = clock.now
                try store.writeReconciliation { try $0.setSent(notice: notice.id, channel: channel.name, at: now) }
            }
            return true
        } catch {
            logger.error("notices cannot be read", metadata: ["reason": "\(error)"])
            return false
        }
    }

    private func log(_ error: AlertError, _ notice: IssueNotice, _ channel: any AlertChannel) {
        logger.warning(
            "a notice was not taken",
            metadata: ["channel": "\(channel.name)", "notice": "\(notice.id)", "reason": "\(error.reason)"])
    }
}
