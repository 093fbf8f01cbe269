import CCurl
import Dispatch
public import KuayuGateway

/// Sends notices by libcurl, one at a time: HTTPS with the server's certificate checked, and SMTP.
///
/// Apart from the transport of partners: nobody proves who we are here, and a slow mail server must not take its slots.
public final class CurlAlerts: AlertTransport, Sendable {
    private let queue = DispatchQueue(label: "kuayu.alerts")
    private static let limitMilliseconds = 20_000

    /// A sender; libcurl must have been started by ``CurlTransport``.
    public init() {}

    /// Posts a body.
    public func post(
        url: String, headers: [(name: String, value: String)], body: [UInt8], authority: String?
    ) async throws(AlertError) -> Int {
        guard url.hasPrefix("https://") else { throw .refused("only https is spoken to webhooks") }
        var lines = ["Expect:"]
        for (name, value) in headers {
            guard let line = HeaderLine.make(name: name, value: value) else {
                throw .refused("a header holds a character that no header may hold")
            }
            lines.append(line)
        }
        let ready = lines
        return try await perform { transfer in
            transfer.set(CURLOPT_URL, url)
            transfer.set(CURLOPT_PROTOCOLS_STR, "https")
            if let authority {
                transfer.set(CURLOPT_CAINFO, authority)
                transfer.set(CURLOPT_CAPATH, nil)
            }
            transfer.setList(CURLOPT_HTTPHEADER, ready)
            transfer.setPost(body)
        }
    }

    /// Hands a mail to a server.
    public func mail(_ mail: OutgoingMail) async throws(AlertError) {
        _ = try await perform { transfer in
            transfer.set(CURLOPT_URL, mail.server)
            transfer.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
            transfer.set(CURLOPT_USE_SSL, mail.login == nil ? kuayu_curl_ssl_try : kuayu_curl_ssl_all)
            if let login = mail.login { transfer.set(CURLOPT_USERPWD, login) }
            transfer.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
            transfer.setList(CURLOPT_MAIL_RCPT, mail.to.map { "<\($0)>" })
            transfer.setUpload(mail.bytes)
        }
    }

    private func perform(_ prepare: @escaping @Sendable (AlertTransfer) -> Void) async throws(AlertError) -> Int {
        let result: Result<Int, AlertError> = await withCheckedContinuation { continuation in
            queue.async {
                guard let transfer = AlertTransfer() else {
                    continuation.resume(returning: .failure(.unavailable("libcurl has no memory")))
                    return
                }
                transfer.set(CURLOPT_TIMEOUT_MS, Self.limitMilliseconds)
                transfer.set(CURLOPT_CONNECTTIMEOUT_MS, Self.limitMilliseconds / 2)
                prepare(transfer)
                continuation.resume(returning: transfer.perform())
            }
        }
        return try result.get()
    }
}

/// One transfer with all memory that libcurl points to meanwhile.
private final class AlertTransfer {
    private let handle: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []
    private var body: [UInt8] = []
    private var sent = 0

    init?() {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_SSLVERSION, kuayu_curl_tls_1_2)
        _ = kuayu_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
    }

    deinit {
        curl_easy_cleanup(handle)
        for list in lists { curl_slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ value: Int) { _ = kuayu_curl_set_long(handle, option, value) }

    func set(_ option: CURLoption, _ value: String?) { _ = kuayu_curl_set_string(handle, option, value) }

    func setList(_ option: CURLoption, _ lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) }
        lists.append(list)
        _ = kuayu_curl_set_list(handle, option, list)
    }

    func setPost(_ bytes: [UInt8]) {
        body = bytes
        set(CURLOPT_POST, 1)
        _ = kuayu_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count)
        setReader()
    }

    func setUpload(_ bytes: [UInt8]) {
        body = bytes
        set(CURLOPT_UPLOAD, 1)
        setReader()
    }

    private func setReader() {
        _ = kuayu_curl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
        _ = kuayu_curl_set_read(handle) { buffer, size, count, owner in
            guard let buffer, let owner else { return 0 }
            return Unmanaged<AlertTransfer>.fromOpaque(owner).takeUnretainedValue().read(buffer, size * count)
        }
    }

    private func read(_ buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        let part = body[sent...].prefix(room)
        for (index, byte) in part.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        sent += part.count
        return part.count
    }

    /// The status of the answer; of a mail the code of the server's last reply.
    func perform() -> Result<Int, AlertError> {
        let code = curl_easy_perform(handle)
        var status = 0
        _ = kuayu_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        if code == CURLE_OK { return .success(status) }
        let reason = String(cString: curl_easy_strerror(code))
        // A permanent refusal of a mail server (RFC 5321, 4.2.1).
        if code != CURLE_PEER_FAILED_VERIFICATION, (500..<600).contains(status) { return .failure(.refused(reason)) }
        return .failure(.unavailable(reason))
    }
}
