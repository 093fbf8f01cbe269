import CCurl
public import KuayuGateway

/// HTTPS and SFTP to partners on libcurl's multi interface.
///
/// One thread owns the multi handle and every easy handle for as long as the driver lives; values alone cross. HTTP/1.1
/// with kept connections, TLS 1.2 or newer, no redirects, no proxies, nothing from the environment. The partner is
/// verified against the given authority alone, by name, by its pinned key where one is given, and by the URI that its
/// certificate must bear: that is looked at on each connection, kept ones too, before a byte of a request is sent.
///
/// **Retries.** libcurl repeats by itself on a fresh connection when a kept one turns out to have been closed. That is
/// allowed for `GET`, and for a `POST` of which nothing had been handed to the connection; otherwise the partner may have
/// applied it before it closed, and the outcome is ``PartnerOutcome/possiblySent(reason:)``.
public final class CurlTransport: PartnerTransport, Sendable {
    private let inbox: CurlInbox

    /// Starts the thread.
    ///
    /// Throws ``CurlSetupError`` when libcurl is not to be had.
    public init(configuration: CurlConfiguration = CurlConfiguration()) throws(CurlSetupError) {
        guard kuayu_curl_global_init() == CURLE_OK else { throw CurlSetupError(description: "libcurl did not start") }
        // CURLOPT_CA_CACHE_TIMEOUT is the youngest option in use.
        guard kuayu_curl_version_number() >= 0x07_57_00 else {
            throw CurlSetupError(description: "libcurl is older than 7.87")
        }
        let inbox = CurlInbox(queueLimit: configuration.queueLimit)
        DriverThread.run(name: "kuayu-curl") {
            if let worker = CurlWorker(inbox: inbox, configuration: configuration) {
                worker.run()
            } else {
                for job in inbox.closed() { job.failUnsent("libcurl gave no multi handle") }
            }
        }
        self.inbox = inbox
    }

    deinit {
        inbox.close(grace: .zero)
    }

    /// Ends the driver: what waits is `notSent`, what runs may finish within `grace` and is then given up.
    ///
    /// Returns when the thread has ended and every completion was called.
    public func shutdown(grace: Duration = .seconds(5)) async {
        inbox.close(grace: grace)
        await inbox.waitUntilClosed()
    }

    /// Performs one exchange over mutual TLS; `completion` is called on the driver's thread and must be brief.
    public func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        inbox.submit(CurlJob(number: 0, work: .exchange(request), completion: .outcome(completion)))
    }

    /// The same as ``exchange(_:completion:)`` for callers that wait.
    ///
    /// Cancelling does not stop it: its limits do.
    public func exchange(_ request: PartnerRequest) async -> PartnerOutcome {
        await withCheckedContinuation { continuation in
            exchange(request) { continuation.resume(returning: $0) }
        }
    }

    /// Uploads a file by SFTP under a temporary name and renames it; one of that name is replaced.
    public func put(
        _ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void
    ) {
        guard case .sftp(let server) = place else {
            return completion(.notSent(reason: "the network driver has no directories"))
        }
        inbox.submit(CurlJob(number: 0, work: .put(file, server), completion: .outcome(completion)))
    }

    /// The names of the regular files in a folder of an SFTP server, sorted, without those that begin with a dot.
    public func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String] {
        try SFTPListing.fileNames(await read(.list(folder: folder, try server(of: place))))
    }

    /// The bytes of a file on an SFTP server.
    public func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8] {
        try await read(.fetch(path: path, try server(of: place), limitBytes: limitBytes))
    }

    /// Renames a file on an SFTP server; one of the target's name is not replaced but an error.
    public func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError) {
        _ = try await read(.move(path: path, target: target, try server(of: place)))
    }

    private func server(of place: PartnerPlace) throws(PartnerError) -> SFTPPlace {
        guard case .sftp(let server) = place else {
            throw .unavailable("the network driver has no directories")
        }
        return server
    }

    private func read(_ work: CurlJob.Work) async throws(PartnerError) -> [UInt8] {
        guard !Task.isCancelled else { throw .unavailable("cancelled") }
        let number = inbox.makeNumber()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: CheckedContinuation<Result<[UInt8], PartnerError>, Never>) in
                inbox.submit(CurlJob(number: number, work: work, completion: .read { waiter.resume(returning: $0) }))
            }
        } onCancel: {
            inbox.cancel(number)
        }
        return try result.get()
    }
}
