import CCurl
import Synchronization

/// The only thing that callers and the driver's thread share: jobs in, wishes to cancel, the state of the driver.
final class CurlInbox: Sendable {
    /// What the thread finds when it looks.
    struct Orders {
        var jobs: [CurlJob] = []
        var cancelled: [UInt64] = []
        var stopAfter: Duration?
    }

    private struct State {
        var orders = Orders()
        var queued = 0
        var lastNumber: UInt64 = 0
        var isWoken = false
        var isClosing = false
        var isClosed = false
        /// Bits of the multi handle, for `curl_multi_wakeup` alone (libcurl allows it from any thread); 0 outside its life.
        var multi: UInt = 0
        var waiters: [CheckedContinuation<Void, Never>] = []

        /// Wakes the thread unless a wake-up is already under way.
        ///
        /// Called with the lock held, so that the thread cannot free the handle meanwhile: it clears `multi` under the
        /// same lock first.
        mutating func wake() {
            guard !isWoken, let handle = UnsafeMutableRawPointer(bitPattern: multi) else { return }
            isWoken = curl_multi_wakeup(handle) == CURLM_OK
        }
    }

    private let state = Mutex(State())
    private let queueLimit: Int

    init(queueLimit: Int) {
        self.queueLimit = queueLimit
    }

    /// A number for a job.
    func makeNumber() -> UInt64 {
        state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
    }

    /// Hands over a job.
    ///
    /// When the driver is closing or the queue is full it ends here, unsent.
    func submit(_ job: CurlJob) {
        let refusal: String? = state.withLock { state in
            guard !state.isClosing else { return "the driver is shut down" }
            guard state.orders.jobs.count + state.queued < queueLimit else { return "too many requests wait" }
            state.orders.jobs.append(job)
            state.wake()
            return nil
        }
        if let refusal { job.failUnsent(refusal) }
    }

    /// Asks the thread to give a job up.
    func cancel(_ number: UInt64) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.orders.cancelled.append(number)
            state.wake()
        }
    }

    /// Asks the thread to end: what waits is failed, what runs has `grace` left.
    func close(grace: Duration) {
        state.withLock { state in
            guard !state.isClosing else { return }
            state.isClosing = true
            state.orders.stopAfter = grace
            state.wake()
        }
    }

    /// Returns once the thread has ended.
    func waitUntilClosed() async {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.waiters.append(continuation) }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    // MARK: The thread's side

    /// Makes the thread reachable for wake-ups.
    func opened(multi: UnsafeMutableRawPointer) {
        state.withLock { $0.multi = UInt(bitPattern: multi) }
    }

    /// Takes all orders; `queued` is how many jobs the thread holds back itself.
    func take(queued: Int) -> Orders {
        state.withLock { state in
            state.isWoken = false
            state.queued = queued + state.orders.jobs.count
            let orders = state.orders
            state.orders = Orders()
            return orders
        }
    }

    /// After this nobody touches the multi handle any more.
    ///
    /// Returns the jobs that came too late.
    func closed() -> [CurlJob] {
        let (late, waiters) = state.withLock { state in
            state.multi = 0
            state.isClosing = true
            state.isClosed = true
            defer {
                state.orders = Orders()
                state.waiters = []
            }
            return (state.orders.jobs, state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        return late
    }
}
