import CCurl
import KuayuGateway

/// Takes jobs, runs at most `slots` transfers, reports their ends.
///
/// Made, used and freed on the driver's thread.
final class CurlWorker {
    private let inbox: CurlInbox
    private let configuration: CurlConfiguration
    private let multi: UnsafeMutableRawPointer
    private var waiting: ArraySlice<CurlJob> = []
    private var idle: [CurlSlot] = []
    private var active: [UnsafeMutableRawPointer: CurlSlot] = [:]
    /// Under which host key a kept SSH connection was verified: libcurl does not compare it when it reuses one.
    private var knownHostKeys: [SSHConnectionKey: String] = [:]
    private let identities: ConnectionIdentities
    private var stopAt: ContinuousClock.Instant?

    init?(inbox: CurlInbox, configuration: CurlConfiguration) {
        guard let multi = curl_multi_init() else { return nil }
        self.inbox = inbox
        self.configuration = configuration
        self.multi = multi
        identities = ConnectionIdentities(idleSeconds: configuration.idleConnectionSeconds)
        // Twice the slots: a cache as small as the slots would close the connection of one partner for another's.
        kuayu_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.slots * 2)
        kuayu_curl_multi_set_long(multi, CURLMOPT_PIPELINING, 0)
        inbox.opened(multi: multi)
    }

    /// Works until the inbox is closed and nothing runs any more.
    func run() {
        while true {
            obey(inbox.take(queued: waiting.count))
            startWaiting()
            var running: Int32 = 0
            let code = curl_multi_perform(multi, &running)
            let finished = reportFinished()
            if code != CURLM_OK { abandonAll("libcurl: \(String(cString: curl_multi_strerror(code)))") }
            if let stopAt {
                if active.isEmpty { break }
                if stopAt <= .now { abandonAll("the driver is shut down") }
            }
            if finished == 0 || waiting.isEmpty { wait() }
        }
        for job in inbox.closed() { job.failUnsent("the driver is shut down") }
        idle = []
        curl_multi_cleanup(multi)
    }

    private func wait() {
        let code = curl_multi_poll(multi, nil, 0, pollMilliseconds, nil)
        // Going on without waiting would spin.
        if code != CURLM_OK { abandonAll("libcurl: \(String(cString: curl_multi_strerror(code)))") }
    }

    /// libcurl shortens this to its own next timeout; the inbox wakes us for everything else.
    private var pollMilliseconds: Int32 {
        guard let stopAt else { return 60_000 }
        let left = (stopAt - .now).components
        return Int32(clamping: max(0, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000 + 1))
    }

    private func obey(_ orders: CurlInbox.Orders) {
        waiting.append(contentsOf: orders.jobs)
        for number in orders.cancelled { cancel(number) }
        if let grace = orders.stopAfter { stopAt = .now + grace }
        if stopAt != nil {
            for job in waiting { job.failUnsent("the driver is shut down") }
            waiting = []
        }
    }

    private func startWaiting() {
        while active.count < configuration.slots, let job = waiting.popFirst() {
            guard let slot = idle.popLast() ?? CurlSlot(identities: identities) else {
                job.failUnsent("libcurl gave no handle")
                continue
            }
            start(job, in: slot)
        }
    }

    private func start(_ job: CurlJob, in slot: CurlSlot) {
        if let refusal = slot.prepare(job, configuration: configuration, knownHostKeys: knownHostKeys) {
            job.failUnsent(refusal)
            slot.clear()
            idle.append(slot)
            return
        }
        let code = curl_multi_add_handle(multi, slot.handle)
        guard code == CURLM_OK else {
            job.failUnsent("libcurl: \(String(cString: curl_multi_strerror(code)))")
            slot.clear()
            return
        }
        active[slot.handle] = slot
    }

    private func reportFinished() -> Int {
        var count = 0
        var result = CURLE_OK
        while let handle = kuayu_curl_next_done(multi, &result) {
            count += 1
            if let slot = active[handle] { finish(slot, .ended(result)) }
        }
        return count
    }

    /// The one place where a transfer ends: reads the facts off the handle, frees it, then tells who waits.
    private func finish(_ slot: CurlSlot, _ end: TransferEnd) {
        let facts = TransferFacts(slot: slot, end: end)
        curl_multi_remove_handle(multi, slot.handle)
        active[slot.handle] = nil
        remember(slot, end)
        let job = slot.job
        let reply = slot.takeReply()
        slot.clear()
        idle.append(slot)
        guard let job else { return }
        switch job.completion {
        case .outcome(let done): done(facts.outcome(of: job.work, reply: reply))
        case .read(let done): done(facts.readResult(reply))
        }
    }

    private func remember(_ slot: CurlSlot, _ end: TransferEnd) {
        guard case .ended(CURLE_OK) = end else {
            if let connection = slot.connection { identities.forget(connection) }
            return
        }
        if let key = slot.sshConnection { knownHostKeys[key.connection] = key.hostKey }
        if let connection = slot.connection { identities.keep(connection) }
    }

    private func cancel(_ number: UInt64) {
        if let index = waiting.firstIndex(where: { $0.number == number }) {
            waiting.remove(at: index).failUnsent("cancelled")
        } else if let slot = active.values.first(where: { $0.job?.number == number }) {
            finish(slot, .abandoned("cancelled"))
        }
    }

    private func abandonAll(_ reason: String) {
        // The order of a dictionary differs from run to run; completions should not.
        for slot in active.values.sorted(by: { ($0.job?.number ?? 0) < ($1.job?.number ?? 0) }) {
            finish(slot, .abandoned(reason))
        }
    }
}
