import CCurl
import Glibc
import KuayuGateway

/// How a transfer came to its end.
enum TransferEnd {
    /// libcurl says so.
    case ended(CURLcode)
    /// We gave it up.
    case abandoned(String)
}

/// What came back.
struct TransferReply {
    var headers: [(name: String, value: String)]
    var body: [UInt8]
}

/// Everything that an outcome is judged by, read off a handle before it is freed.
struct TransferFacts {
    let end: TransferEnd
    let status: Int
    /// A request was begun on a connection: bytes may have left.
    let isStarted: Bool
    let hasReply: Bool
    /// The connection was made for this transfer and only one was made.
    let isFreshConnection: Bool
    let uploadedBytes: Int
    let bodyBytes: Int
    let brokenLimit: String?
    let partnerFault: PartnerFault?
    let replyLimit: Int
    let reason: String

    init(slot: CurlSlot, end: TransferEnd) {
        self.end = end
        var status = 0
        kuayu_curl_get_long(slot.handle, CURLINFO_RESPONSE_CODE, &status)
        var connections = 0
        kuayu_curl_get_long(slot.handle, CURLINFO_NUM_CONNECTS, &connections)
        var uploaded: curl_off_t = 0
        kuayu_curl_get_offset(slot.handle, CURLINFO_SIZE_UPLOAD_T, &uploaded)
        self.status = status
        isStarted = slot.isStarted || slot.requestBytes > 0
        hasReply = slot.hasReply
        isFreshConnection = connections == 1
        uploadedBytes = Int(uploaded)
        bodyBytes = slot.bodyCount
        brokenLimit = slot.brokenLimit
        partnerFault = slot.partnerFault
        replyLimit = slot.replyLimit
        reason = TransferFacts.reason(slot: slot, end: end)
    }

    private static func reason(slot: CurlSlot, end: TransferEnd) -> String {
        switch end {
        case .abandoned(let reason):
            return reason
        case .ended(let code):
            if slot.refusedAddress { return "the partner's name leads to an address that is not allowed" }
            if slot.isRepeatRefused { return "the partner closed a kept connection after the request was sent on it" }
            var text = slot.errorDescription ?? String(cString: curl_easy_strerror(code))
            var systemError = 0
            kuayu_curl_get_long(slot.handle, CURLINFO_OS_ERRNO, &systemError)
            if systemError != 0 { text += " (\(String(cString: strerror(Int32(clamping: systemError)))))" }
            return text
        }
    }
}

extension TransferFacts {
    /// The outcome of a push.
    func outcome(of work: CurlJob.Work, reply: TransferReply) -> PartnerOutcome {
        if case .put = work { return putOutcome }
        return exchangeOutcome(reply)
    }

    private func exchangeOutcome(_ reply: TransferReply) -> PartnerOutcome {
        if let brokenLimit { return .unreadable(reason: brokenLimit) }
        guard case .ended(let code) = end else {
            return isStarted ? .possiblySent(reason: reason) : .notSent(reason: reason)
        }
        if code == CURLE_OK { return answer(reply) }
        switch partnerFault {
        case .anotherPartner(let reason): return .wrongIdentity(reason: reason)
        case .unknownPartner(let reason): return isStarted ? .possiblySent(reason: reason) : .notSent(reason: reason)
        case nil: break
        }
        if !isStarted { return isIdentityFault(code) ? .wrongIdentity(reason: reason) : .notSent(reason: reason) }
        if isCertificateRefusal { return .wrongIdentity(reason: "the partner refused our certificate: \(reason)") }
        switch code {
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            // After a request was begun, "unsupported protocol" means that the answer was not HTTP/1.
            return .unreadable(reason: reason)
        default:
            return .possiblySent(reason: reason)
        }
    }

    /// We ask for no content coding and decode none: what came under one cannot be read.
    private func answer(_ reply: TransferReply) -> PartnerOutcome {
        let coding = reply.headers.first { $0.name.lowercased() == "content-encoding" }?.value.lowercased()
        if let coding, coding != "identity", !coding.isEmpty {
            return .unreadable(reason: "the reply came in a content coding that was not asked for")
        }
        return .answered(status: status, headers: reply.headers, body: reply.body)
    }

    /// The partner proved not to be whom we expect, or refused us, before a request was begun.
    private func isIdentityFault(_ code: CURLcode) -> Bool {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            true
        case CURLE_SSL_CONNECT_ERROR: hasCertificateAlert
        default: false
        }
    }

    /// In TLS 1.3 our side is done before the partner has looked at our certificate, so its refusal comes as an alert
    /// in place of the answer.
    ///
    /// When such an alert is all that ever came on a connection made for this request, the partner ended the handshake
    /// and never took up the request (RFC 8446, 4.4.2.4 and 6.2).
    private var isCertificateRefusal: Bool {
        guard case .ended(let code) = end else { return false }
        let fits = code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_SSL_CLIENTCERT
        return fits && !hasReply && isFreshConnection && hasCertificateAlert
    }

    /// OpenSSL's texts for the alerts about certificates, access and unknown authorities.
    private var hasCertificateAlert: Bool {
        let text = reason.lowercased()
        guard text.contains("alert") else { return false }
        return ["certificate", "unknown ca", "access denied"].contains { text.contains($0) }
    }

    /// A file becomes visible by its rename, the last step, which comes after the last byte.
    private var putOutcome: PartnerOutcome {
        guard case .ended(let code) = end else {
            return mayBeRenamed ? .possiblySent(reason: reason) : .notSent(reason: reason)
        }
        switch code {
        case CURLE_OK: return .answered(status: 201, headers: [], body: [])
        case CURLE_PEER_FAILED_VERIFICATION: return .wrongIdentity(reason: reason)
        case CURLE_LOGIN_DENIED: return .wrongIdentity(reason: "the partner refused our key: \(reason)")
        case CURLE_QUOTE_ERROR: return .notSent(reason: "the file could not be given its name: \(reason)")
        case CURLE_REMOTE_ACCESS_DENIED, CURLE_REMOTE_FILE_NOT_FOUND, CURLE_REMOTE_DISK_FULL, CURLE_UPLOAD_FAILED:
            return .notSent(reason: reason)
        default: return mayBeRenamed ? .possiblySent(reason: reason) : .notSent(reason: reason)
        }
    }

    private var mayBeRenamed: Bool { isStarted && uploadedBytes >= bodyBytes }
}

extension TransferFacts {
    /// The result of a read.
    func readResult(_ reply: TransferReply) -> Result<[UInt8], PartnerError> {
        if brokenLimit != nil { return .failure(.tooLarge(limitBytes: replyLimit)) }
        guard case .ended(let code) = end else { return .failure(.unavailable(reason)) }
        switch code {
        case CURLE_OK: return .success(reply.body)
        case CURLE_PEER_FAILED_VERIFICATION: return .failure(.wrongIdentity(reason))
        case CURLE_LOGIN_DENIED: return .failure(.wrongIdentity("the partner refused our key: \(reason)"))
        case CURLE_REMOTE_FILE_NOT_FOUND: return .failure(.notFound(reason))
        case CURLE_QUOTE_ERROR, CURLE_SSH:
            return .failure(reason.contains("No such file") ? .notFound(reason) : .unavailable(reason))
        default: return .failure(.unavailable(reason))
        }
    }
}
