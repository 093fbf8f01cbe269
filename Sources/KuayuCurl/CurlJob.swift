import KuayuGateway

/// One transfer handed to the driver's thread, with the callback that gets its end.
struct CurlJob: Sendable {
    /// What is to be transferred.
    enum Work: Sendable {
        case exchange(PartnerRequest)
        case put(PartnerFile, SFTPPlace)
        case list(folder: String, SFTPPlace)
        case fetch(path: String, SFTPPlace, limitBytes: Int)
        case move(path: String, target: String, SFTPPlace)
    }

    /// Who waits for the end.
    enum Completion: Sendable {
        case outcome(@Sendable (PartnerOutcome) -> Void)
        case read(@Sendable (Result<[UInt8], PartnerError>) -> Void)
    }

    /// Number for cancellation, unique in a driver.
    let number: UInt64
    let work: Work
    let completion: Completion

    /// Ends a job of which nothing was sent.
    func failUnsent(_ reason: String) {
        switch completion {
        case .outcome(let done): done(.notSent(reason: reason))
        case .read(let done): done(.failure(.unavailable(reason)))
        }
    }
}
