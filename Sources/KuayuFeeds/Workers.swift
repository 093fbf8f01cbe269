import Dispatch
import Synchronization

/// Work that is divided over a few threads and waited for.
enum Workers {
    /// Runs every task once, at most `threads` at the same time, in the order of their numbers; results in that order.
    static func run<Value: Sendable>(
        _ tasks: Int, threads: Int, _ work: @Sendable (Int) -> Value
    ) -> [Value] {
        guard tasks > 1, threads > 1 else { return (0..<tasks).map(work) }
        let next = Atomic(0)
        let results = Mutex([Value?](repeating: nil, count: tasks))
        DispatchQueue.concurrentPerform(iterations: min(threads, tasks)) { _ in
            while true {
                let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard task < tasks else { return }
                let value = work(task)
                results.withLock { $0[task] = value }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
