import CCurl
import KuayuGateway

/// What decides whether an SSH connection may be used again.
struct SSHConnectionKey: Hashable {
    let host: String
    let port: Int
    let user: String
    let privateKeyPath: String
}

/// An easy handle with all memory that a transfer on it points to.
///
/// Lives on the driver's thread.
final class CurlSlot {
    let handle: UnsafeMutableRawPointer
    private(set) var job: CurlJob?
    /// The SSH connection that this transfer asks for, and the host key it pins.
    private(set) var sshConnection: (connection: SSHConnectionKey, hostKey: String)?
    /// The TLS connection that the request was begun on.
    var connection: ConnectionKey?
    let identities: ConnectionIdentities

    // What libcurl points to while the transfer runs.
    private let errorText: UnsafeMutablePointer<CChar>
    private var body: UnsafeMutableBufferPointer<UInt8>
    private(set) var bodyCount = 0
    private var bodyRead = 0
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var commandList: UnsafeMutablePointer<curl_slist>?

    // What the callbacks collected.
    private var reply: [UInt8] = []
    private var headers: [(name: String, value: String)] = []
    private(set) var replyLimit = 0
    private var headerBytes = 0
    private var headerLimit = 0
    /// A connection stood and the request was begun on it.
    private(set) var isStarted = false
    /// A connection stood and its partner was not found to be the expected one.
    private(set) var partnerFault: PartnerFault?
    /// The reply broke a limit, named here.
    private(set) var brokenLimit: String?
    /// libcurl wanted to repeat on a fresh connection what may have been applied already.
    private(set) var isRepeatRefused = false
    /// An address was refused before connecting.
    private(set) var refusedAddress = false

    /// The first option that libcurl would not take.
    private var optionFault = CURLE_OK

    init?(identities: ConnectionIdentities) {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        self.identities = identities
        errorText = .allocate(capacity: Int(kuayu_curl_error_size))
        errorText.initialize(repeating: 0, count: Int(kuayu_curl_error_size))
        body = .allocate(capacity: 16 << 10)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        curl_slist_free_all(commandList)
        errorText.deallocate()
        body.deallocate()
    }

    /// Sets up a transfer.
    ///
    /// Returns why it cannot be, in which case nothing was sent.
    func prepare(
        _ job: CurlJob, configuration: CurlConfiguration, knownHostKeys: [SSHConnectionKey: String]
    ) -> String? {
        self.job = job
        setCommon(configuration)
        let files = configuration.fileLimits
        setLimits(connectMilliseconds: files.connectMilliseconds, totalMilliseconds: files.totalMilliseconds)
        let refusal: String?
        switch job.work {
        case .exchange(let request):
            refusal = prepareExchange(request)
        case .put(let file, let place):
            refusal = preparePut(file, at: place)
        case .list(let folder, let place):
            setReplyLimit(files.listingBytes)
            refusal = prepareList(folder, at: place)
        case .fetch(let path, let place, let limitBytes):
            refusal = prepareFetch(path, at: place, limitBytes: limitBytes)
        case .move(let path, let target, let place):
            refusal = prepareMove(path, to: target, at: place)
        }
        if let connection = sshConnection, let known = knownHostKeys[connection.connection],
            known != connection.hostKey
        {
            set(CURLOPT_FRESH_CONNECT, 1)
        }
        if let refusal { return refusal }
        return optionFault == CURLE_OK ? nil : "libcurl: \(String(cString: curl_easy_strerror(optionFault)))"
    }

    /// The reply as far as it came; the slot keeps nothing of it.
    func takeReply() -> TransferReply {
        defer {
            reply = []
            headers = []
        }
        return TransferReply(headers: headers, body: reply)
    }

    /// Forgets the transfer; connections are the multi handle's and stay.
    func clear() {
        curl_easy_reset(handle)
        curl_slist_free_all(headerList)
        curl_slist_free_all(commandList)
        (headerList, commandList) = (nil, nil)
        (job, sshConnection, connection, partnerFault) = (nil, nil, nil, nil)
        (bodyCount, bodyRead, headerBytes) = (0, 0, 0)
        (isStarted, isRepeatRefused, refusedAddress, brokenLimit) = (false, false, false, nil)
        (reply, headers) = ([], [])
        optionFault = CURLE_OK
        errorText.pointee = 0
        if body.count > 1 << 20 {
            body.deallocate()
            body = .allocate(capacity: 16 << 10)
        }
    }

    /// libcurl's own words about a failure, if it has any.
    var errorDescription: String? {
        errorText.pointee == 0 ? nil : String(cString: errorText)
    }

    /// Whether anything of a reply came.
    var hasReply: Bool { headerBytes > 0 || !reply.isEmpty }

    /// Bytes of requests handed to connections so far, over all attempts of libcurl.
    var requestBytes: Int {
        var count = 0
        kuayu_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &count)
        return count
    }

    // MARK: Options

    func set(_ option: CURLoption, _ value: Int) {
        note(kuayu_curl_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: String?) {
        note(kuayu_curl_set_string(handle, option, value))
    }

    private func note(_ code: CURLcode) {
        if optionFault == CURLE_OK { optionFault = code }
    }

    /// Copies the body into memory of the slot, where it stays until the transfer is cleared.
    private func keepBody(_ bytes: [UInt8]) {
        if bytes.count > body.count {
            body.deallocate()
            body = .allocate(capacity: bytes.count)
        }
        _ = body.update(fromContentsOf: bytes)
        bodyCount = bytes.count
    }

    /// Sends the body with the header in one write where it is small.
    func setPostBody(_ bytes: [UInt8]) {
        keepBody(bytes)
        set(CURLOPT_POST, 1)
        note(kuayu_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        note(kuayu_curl_set_pointer(handle, CURLOPT_POSTFIELDS, body.baseAddress))
    }

    /// Uploads the body from the slot's memory.
    func setUpload(_ bytes: [UInt8]) {
        keepBody(bytes)
        set(CURLOPT_UPLOAD, 1)
        note(kuayu_curl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(bytes.count)))
        note(kuayu_curl_set_pointer(handle, CURLOPT_READDATA, contextPointer))
        note(
            kuayu_curl_set_read(handle) { target, size, count, context in
                guard let target, let context else { return 0 }
                return CurlSlot.from(context).giveBody(UnsafeMutableRawPointer(target), size * count)
            })
    }

    /// Header lines of the request.
    func setHeaderLines(_ lines: [String]) {
        headerList = append(lines, to: headerList)
        note(kuayu_curl_set_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    /// SFTP commands, run before the transfer (`CURLOPT_QUOTE`) or after it (`CURLOPT_POSTQUOTE`).
    func setCommands(_ commands: [String], when option: CURLoption) {
        commandList = append(commands, to: commandList)
        note(kuayu_curl_set_list(handle, option, commandList))
    }

    /// Limits of one transfer.
    func setLimits(connectMilliseconds: Int, totalMilliseconds: Int) {
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, connectMilliseconds))
        set(CURLOPT_TIMEOUT_MS, max(1, totalMilliseconds))
    }

    /// The most bytes of a reply's body.
    func setReplyLimit(_ count: Int) {
        replyLimit = max(0, count)
    }

    /// Names the connection this transfer wants, and its host key.
    func setSSHConnection(_ key: SSHConnectionKey, hostKey: String) {
        sshConnection = (key, hostKey)
    }

    private func append(
        _ lines: [String], to list: UnsafeMutablePointer<curl_slist>?
    ) -> UnsafeMutablePointer<curl_slist>? {
        var list = list
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                note(CURLE_OUT_OF_MEMORY)
                return list
            }
            list = longer
        }
        return list
    }

    private func setCommon(_ configuration: CurlConfiguration) {
        headerLimit = configuration.replyHeaderBytes
        set(CURLOPT_NOSIGNAL, 1)
        note(kuayu_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
        // An empty proxy also keeps libcurl from looking into the environment.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 30)
        set(CURLOPT_TCP_KEEPINTVL, 10)
        set(CURLOPT_MAXAGE_CONN, configuration.idleConnectionSeconds)
        set(CURLOPT_LOW_SPEED_LIMIT, configuration.lowSpeedBytesPerSecond)
        set(CURLOPT_LOW_SPEED_TIME, configuration.lowSpeedSeconds)
        setCallbacks()
    }

    // MARK: Callbacks

    private var contextPointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// The slot outlives its transfer: the worker holds it in `active` until the handle has been removed.
    private static func from(_ context: UnsafeMutableRawPointer) -> CurlSlot {
        Unmanaged<CurlSlot>.fromOpaque(context).takeUnretainedValue()
    }

    private func setCallbacks() {
        let context = contextPointer
        note(kuayu_curl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        note(
            kuayu_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return CurlSlot.from(context).receiveBody(chunk) ? chunk.count : 0
            })
        note(kuayu_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        note(
            kuayu_curl_set_write(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return CurlSlot.from(context).receiveHeader(line) ? line.count : 0
            })
        note(kuayu_curl_set_pointer(handle, CURLOPT_PREREQDATA, context))
        note(
            kuayu_curl_set_prereq(handle) { context, remoteAddress, localAddress, remotePort, localPort in
                guard let context, let remoteAddress, let localAddress else { return kuayu_curl_prereq_abort }
                let key = ConnectionKey(
                    localAddress: String(cString: localAddress), localPort: localPort,
                    remoteAddress: String(cString: remoteAddress), remotePort: remotePort)
                return CurlSlot.from(context).begin(on: key) ? kuayu_curl_prereq_ok : kuayu_curl_prereq_abort
            })
        note(kuayu_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context))
        note(
            kuayu_curl_set_opensocket(handle) { context, _, address in
                guard let context, let address else { return kuayu_curl_bad_socket }
                return CurlSlot.from(context).openSocket(address)
            })
    }

    /// Called before each request on a connection, kept or new: a second time when libcurl repeats on a fresh one.
    private func begin(on key: ConnectionKey) -> Bool {
        if case .exchange(let request) = job?.work {
            isRepeatRefused = isStarted && request.method != "GET" && requestBytes > 0
            if isRepeatRefused { return false }
            partnerFault = findPartnerFault(on: key, request.tls)
            // libcurl closes a connection on which a request was refused here.
            if partnerFault != nil { return false }
        }
        isStarted = true
        return true
    }

    private func receiveBody(_ chunk: UnsafeRawBufferPointer) -> Bool {
        guard reply.count + chunk.count <= replyLimit else {
            brokenLimit = "the reply is larger than \(replyLimit) bytes"
            return false
        }
        reply.append(contentsOf: chunk)
        return true
    }

    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= headerLimit else {
            brokenLimit = "the reply's header is larger than \(headerLimit) bytes"
            return false
        }
        // A status line begins anew: what came before belonged to an interim answer (RFC 9110, 15.2).
        if line.starts(with: "HTTP/".utf8) {
            headers = []
        } else if let field = HeaderLine.parse(line) {
            headers.append(field)
        }
        return true
    }

    private func giveBody(_ target: UnsafeMutableRawPointer, _ room: Int) -> Int {
        let count = min(room, bodyCount - bodyRead)
        guard count > 0, let base = body.baseAddress else { return 0 }
        target.copyMemory(from: base + bodyRead, byteCount: count)
        bodyRead += count
        return count
    }

    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard PartnerAddress.isAllowed(address) else {
            refusedAddress = true
            return kuayu_curl_bad_socket
        }
        return PartnerAddress.openSocket(address)
    }
}
