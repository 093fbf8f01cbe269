import KuayuModel
import KuayuReconcile
import Synchronization

/// Views of a ledger by the token that names them; the oldest goes when there are too many, and any that nobody asked for
/// long.
final class SnapshotShelf: Sendable {
    private struct Kept {
        var view: ToldView
        var usedAt: Instant
        var number: Int
    }

    private struct State {
        var kept: [String: Kept] = [:]
        var last = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let keepMilliseconds: Int64
    private let prefix: String

    /// A shelf for at most `limit` views, each for so long after it was asked last; tokens begin with `prefix`.
    init(limit: Int, keepMilliseconds: Int64, prefix: String) {
        self.limit = limit
        self.keepMilliseconds = keepMilliseconds
        self.prefix = prefix
    }

    /// Keeps a view: its token, and the views that went for it.
    func keep(_ view: ToldView, now: Instant) -> (token: String, gone: [ToldView]) {
        state.withLock { state in
            state.last += 1
            let token = "\(prefix)-\(state.last)"
            var gone = expire(&state, now)
            while state.kept.count >= limit, let oldest = state.kept.min(by: { $0.value.number < $1.value.number }) {
                state.kept[oldest.key] = nil
                gone.append(oldest.value.view)
            }
            state.kept[token] = Kept(view: view, usedAt: now, number: state.last)
            return (token, gone)
        }
    }

    /// The view of a token, and the views whose time is over; nil when the token's is among them.
    func view(_ token: String, now: Instant) -> (view: ToldView?, gone: [ToldView]) {
        state.withLock { state in
            let gone = expire(&state, now)
            state.kept[token]?.usedAt = now
            return (state.kept[token]?.view, gone)
        }
    }

    private func expire(_ state: inout State, _ now: Instant) -> [ToldView] {
        let old = state.kept.filter {
            now.epochMilliseconds - $0.value.usedAt.epochMilliseconds > keepMilliseconds
        }
        for token in old.keys { state.kept[token] = nil }
        return old.values.map(\.view)
    }
}
