import KuayuModel
import KuayuReconcile
public import Logging
public import ServiceLifecycle

/// Runs what is due at every hub: continuous, daily at the region's cut-off, audits, verifications of repairs.
public struct ReconcileService: Service {
    private let reconciler: Reconciler
    private let logger: Logger

    /// A service over a reconciler.
    public init(reconciler: Reconciler, logger: Logger) {
        self.reconciler = reconciler
        self.logger = logger
    }

    /// Goes on until shut down; what a stop cut short is begun anew under its own id.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await cancelWhenGracefulShutdown { try await resume() } }
            for hub in reconciler.hubs {
                group.addTask { try await cancelWhenGracefulShutdown { try await follow(hub) } }
            }
            group.addTask { try? await gracefulShutdown() }
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    private func resume() async throws {
        await guarded("resume repairs") { try await reconciler.resumeRepairs() }
        await guarded("resume runs") {
            let store = reconciler.store
            for run in try store.readReconciliation({ try $0.runs(RunFilter(state: .running, limit: 1_000)) }) {
                guard reconciler.hubs.contains(run.hub) else { continue }
                _ = try await reconciler.run(run.hub, kind: run.kind, day: run.day, again: run.id)
            }
        }
    }

    private func follow(_ hub: RegionCode) async throws {
        guard let plan = reconciler.gateway.federation.hubs[hub]?.reconciliation else { return }
        let schedule = RunSchedule(
            interval: reconciler.settings.interval.milliseconds, cutOffMinutes: plan.cutOffMinutes)
        while true {
            try await Task.sleep(for: reconciler.settings.tick)
            await guarded(hub.text) { try await step(hub, schedule) }
        }
    }

    /// What is due at a hub now, if anything.
    private func step(_ hub: RegionCode, _ schedule: RunSchedule) async throws {
        let pause = min(reconciler.settings.tick, .seconds(5))
        if reconciler.settings.interval > .zero, try reconciler.isVerificationDue(hub, pause: pause) {
            _ = try await reconciler.run(hub, kind: .verification)
            return
        }
        switch try due(hub, schedule) {
        case .continuous: _ = try await reconciler.run(hub, kind: .continuous)
        case .audit: _ = try await reconciler.run(hub, kind: .audit)
        case .daily(let day):
            _ = try await reconciler.run(hub, kind: .daily, day: day)
            try reconciler.keepReport(hub, day: day)
            try reconciler.keepReport(nil, day: day)
        case nil: break
        }
    }

    private func due(_ hub: RegionCode, _ schedule: RunSchedule) throws -> RunSchedule.Due? {
        let (last, daily, audit, first) = try reconciler.store.readReconciliation { reader in
            (
                try reader.latestRun(hub: hub, states: nil),
                try reader.runs(RunFilter(hub: hub, kind: .daily, limit: 1)).first,
                try reader.runs(RunFilter(hub: hub, kind: .audit, limit: 1)).first,
                try reader.runs(RunFilter(hub: hub, limit: 10_000)).last
            )
        }
        return schedule.due(
            now: reconciler.now, lastRun: last?.startedAt, lastDay: daily?.day, lastAudit: audit?.startedAt,
            firstSeen: first?.startedAt)
    }

    private func guarded(_ task: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
        } catch {
            logger.error("reconciliation failed", metadata: ["task": "\(task)", "reason": "\(error)"])
        }
    }
}
