import KuayuModel
import Synchronization

/// One after the other at each hub: a run, a repair and a decision never cross.
final class HubTurns: Sendable {
    private struct Turn {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let turns = Mutex<[RegionCode: Turn]>([:])

    /// Does something when it is its turn.
    func take<T: Sendable>(_ hub: RegionCode, _ body: () async throws -> T) async rethrows -> T {
        await enter(hub)
        defer { leave(hub) }
        return try await body()
    }

    private func enter(_ hub: RegionCode) async {
        await withCheckedContinuation { continuation in
            let isFree = turns.withLock { turns in
                if turns[hub, default: Turn()].isTaken {
                    turns[hub, default: Turn()].waiting.append(continuation)
                    return false
                }
                turns[hub, default: Turn()].isTaken = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave(_ hub: RegionCode) {
        let next: CheckedContinuation<Void, Never>? = turns.withLock { turns in
            guard var turn = turns[hub] else { return nil }
            if turn.waiting.isEmpty {
                turn.isTaken = false
                turns[hub] = turn
                return nil
            }
            let next = turn.waiting.removeFirst()
            turns[hub] = turn
            return next
        }
        next?.resume()
    }
}
