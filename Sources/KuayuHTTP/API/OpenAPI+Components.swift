// Headers, answers and schemas that the routes refer to.
extension OpenAPI {
    static let components = #"""
          "components": {
            "securitySchemes": {
              "hub": {
                "type": "mutualTLS",
                "description": "A client certificate of the federation's authority with the URI \#
        urn:kuayu:hub:<region> of a registered hub among its alternative names."
              }
            },
            "parameters": {
              "IdempotencyKey": {
                "name": "Idempotency-Key",
                "in": "header",
                "required": false,
                "description": "The payload's key, chosen by the sender and never used for another body; bare or in \#
        double quotes. A single case has the key as its message id; of several, case i has key/000i. Without it the \#
        key is taken from the payload, or made of region, own number, data version and digest of the case.",
                "schema": {"type": "string", "pattern": "^[\\x21-\\x7E]{1,200}$"},
                "example": "320000-20261124-000017"
              },
              "ContentDigest": {
                "name": "Content-Digest",
                "in": "header",
                "required": false,
                "description": "Digest of the body (RFC 9530). Checked when it has sha-256; other algorithms are \#
        passed over.",
                "schema": {"type": "string"},
                "example": "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
              },
              "Accept": {
                "name": "Accept",
                "in": "header",
                "required": false,
                "description": "application/json asks for receipts or a problem document in place of the hub's own \#
        reply envelope.",
                "schema": {"type": "string"}
              },
              "MessageID": {
                "name": "id",
                "in": "path",
                "required": true,
                "description": "Id of a message of the asking hub. Its slashes may stand as they are or as %2F.",
                "schema": {"type": "string"},
                "example": "320000-20261124-000017"
              },
              "CaseNumber": {
                "name": "id",
                "in": "path",
                "required": true,
                "description": "Federation id, or the asking hub's own number of the case.",
                "schema": {"type": "string"},
                "example": "CSJ202611240000001"
              },
              "KuayuMessageID": {
                "name": "Kuayu-Message-Id",
                "in": "header",
                "required": true,
                "description": "Ids of the messages in payload order, a list of strings (RFC 9651). Apply each id \#
        once.",
                "schema": {"type": "string"},
                "example": "\"CSJ202611240000001-v3-330000\""
              },
              "KuayuCase": {
                "name": "Kuayu-Case",
                "in": "header",
                "required": true,
                "description": "Registration data of the cases in payload order, a list of strings with parameters \#
        (RFC 9651): v version, s status, at registration in Unix seconds, n nonce, d content digest. Keep them: \#
        reconciliation is answered from them.",
                "schema": {"type": "string"},
                "example": \#
        "\"CSJ202611240000001\";v=3;s=\"accepted\";at=1795478400;n=\"00112233445566778899aabbccddeeff\";d=\"-\""
              }
            },
            "headers": {
              "KuayuReceipt": {
                "description": "Receipts of the cases in payload order, a list of tokens (RFC 9651), each a compact \#
        JWS.",
                "schema": {"type": "string"}
              },
              "KuayuWithheld": {
                "description": "Canonical paths of what the hub may not have, a list of strings (RFC 9651); absent \#
        when it has everything.",
                "schema": {"type": "string"}
              },
              "KuayuCase": {
                "description": "Registration data the hub was told last of the case, in the form of the request \#
        header Kuayu-Case.",
                "schema": {"type": "string"}
              },
              "RetryAfter": {
                "description": "Seconds (RFC 9110, 10.2.3).",
                "schema": {"type": "integer", "minimum": 0}
              }
            },
            "responses": {
              "NotAHub": {
                "description": "not-a-hub: the certificate is not that of a registered hub, not of the pinned key, \#
        or denied. Nothing was read.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
              },
              "NotFound": {
                "description": "not-found: nothing here, or nothing in which the asking hub has a part.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
              },
              "Unavailable": {
                "description": "unavailable: the store cannot be read now.",
                "headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
              }
            },
            "schemas": {
              "Problem": {
                "description": "An error (RFC 9457). Holds no personal data.",
                "type": "object",
                "required": ["type", "title", "status", "origin", "retryable"],
                "properties": {
                  "type": {
                    "type": "string",
                    "description": "Stable name of the kind.",
                    "examples": ["urn:kuayu:problem:unreadable"]
                  },
                  "title": {"type": "string", "description": "The same for every problem of a type."},
                  "status": {"type": "integer", "minimum": 400, "maximum": 599},
                  "detail": {"type": "string", "description": "What happened this time."},
                  "origin": {"enum": ["gateway", "adapter", "peer"], "description": "Where it arose."},
                  "retryable": {"type": "boolean", "description": "Whether the same request may succeed later."},
                  "issues": {"type": "array", "items": {"$ref": "#/components/schemas/Issue"}}
                }
              },
              "Issue": {
                "description": "One thing that is wrong with a message. Values of persons are masked.",
                "type": "object",
                "required": ["path", "code", "message", "help"],
                "properties": {
                  "path": {
                    "type": "string",
                    "description": "Where, in the sender's own format.",
                    "examples": ["ApplyInfo/ApplyerPageCode"]
                  },
                  "line": {"type": "integer", "minimum": 1, "description": "Line in the bytes as sent."},
                  "column": {"type": "integer", "minimum": 1, "description": "Column in characters."},
                  "code": {"type": "string", "description": "Stable code.", "examples": ["id.check-digit"]},
                  "rule": {"type": "string", "description": "The adapter rule, as file:line."},
                  "message": {"type": "string", "description": "What is wrong and why."},
                  "help": {"type": "string", "description": "How to mend it."}
                }
              },
              "Region": {
                "type": "string",
                "pattern": "^[0-9]{6}$",
                "description": "GB/T 2260 code of a region.",
                "examples": ["320000"]
              },
              "CaseID": {
                "type": "string",
                "pattern": "^CSJ[0-9]{15}$",
                "description": "Federation id of a case.",
                "examples": ["CSJ202611240000001"]
              },
              "CaseState": {
                "description": "State of a case.",
                "enum": [
                  "draft",
                  "submitted",
                  "collected",
                  "transferred",
                  "accepted",
                  "reviewing",
                  "supplementing",
                  "special",
                  "decided",
                  "issued",
                  "delivered",
                  "closed",
                  "notAccepted",
                  "returned",
                  "withdrawn",
                  "voided"
                ]
              },
              "Instant": {
                "type": "string",
                "format": "date-time",
                "description": "RFC 3339 with offset +08:00.",
                "examples": ["2026-11-24T09:30:00+08:00"]
              },
              "Digest": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": "SHA-256 digest."},
              "ContentDigest": {
                "type": "string",
                "pattern": "^(-|sha256:[0-9a-f]{64})$",
                "description": "Digest of the canonical case (RFC 8785) as released to that hub; - where content is \#
        not compared."
              },
              "Outcome": {
                "enum": ["accepted", "unchanged", "noEffect", "refused"],
                "description": "accepted: one event. unchanged: it said what was already so. noEffect: recorded, \#
        changes nothing. refused: see issues."
              },
              "Receipt": {
                "description": "Payload of a receipt (canonical JSON, RFC 8785). case, content, nonce, \#
        registeredAt, status and version stand together or, in a refused receipt, may be missing together.",
                "type": "object",
                "required": ["digest", "message", "outcome", "receivedAt", "sender", "v"],
                "dependentRequired": {"case": ["content", "nonce", "registeredAt", "status", "version"]},
                "properties": {
                  "v": {"const": 1, "description": "Version of this layout."},
                  "message": {"type": "string", "description": "Id of the message."},
                  "sender": {"$ref": "#/components/schemas/Region"},
                  "digest": {"$ref": "#/components/schemas/Digest"},
                  "receivedAt": {"type": "integer", "description": "Unix seconds."},
                  "outcome": {"$ref": "#/components/schemas/Outcome"},
                  "issues": {"type": "array", "items": {"$ref": "#/components/schemas/ReceiptIssue"}},
                  "case": {"$ref": "#/components/schemas/CaseID"},
                  "version": {"type": "integer", "minimum": 1, "description": "Number of the case's last event."},
                  "status": {"$ref": "#/components/schemas/CaseState"},
                  "registeredAt": {"type": "integer", "description": "Unix seconds; the same in every version."},
                  "nonce": {
                    "type": "string",
                    "pattern": "^[A-Za-z0-9_-]{1,64}$",
                    "description": "Known to the parties only."
                  },
                  "content": {"$ref": "#/components/schemas/ContentDigest"}
                }
              },
              "ReceiptIssue": {
                "type": "object",
                "required": ["code", "message", "path"],
                "properties": {
                  "code": {"type": "string"},
                  "path": {"type": "string"},
                  "line": {"type": "integer"},
                  "column": {"type": "integer"},
                  "message": {"type": "string"}
                }
              },
              "CompactReceipt": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$",
                "description": "A receipt as compact JWS (RFC 7515) with EdDSA (RFC 8037). The protected header is \#
        exactly {\"alg\":\"EdDSA\",\"kid\":…,\"typ\":\"kuayu-receipt+jws\"}; the payload is \#
        #/components/schemas/Receipt; the key is in /v1/federation."
              },
              "Answers": {
                "description": "What became of each case of a payload, in payload order; given for Accept: \#
        application/json.",
                "type": "object",
                "required": ["cases"],
                "properties": {
                  "countMismatch": {"const": true, "description": "The payload claimed another number of cases."},
                  "claimed": {"type": "integer", "description": "What it claimed."},
                  "cases": {"type": "array", "items": {"$ref": "#/components/schemas/CaseAnswer"}}
                }
              },
              "CaseAnswer": {
                "type": "object",
                "required": ["message", "outcome"],
                "properties": {
                  "message": {"type": "string", "description": "Id of the message."},
                  "outcome": {
                    "enum": ["accepted", "unchanged", "noEffect", "refused", "duplicate"],
                    "description": "duplicate: known already; the receipt is the original one."
                  },
                  "case": {"$ref": "#/components/schemas/CaseID"},
                  "version": {"type": "integer", "minimum": 1},
                  "status": {"$ref": "#/components/schemas/CaseState"},
                  "receipt": {"$ref": "#/components/schemas/CompactReceipt"},
                  "issues": {"type": "array", "items": {"$ref": "#/components/schemas/Issue"}}
                }
              },
              "MessageState": {
                "type": "object",
                "required": ["message", "sender", "outcome", "receivedAt", "receipt"],
                "properties": {
                  "message": {"type": "string"},
                  "sender": {"$ref": "#/components/schemas/Region"},
                  "outcome": {"$ref": "#/components/schemas/Outcome"},
                  "receivedAt": {"$ref": "#/components/schemas/Instant"},
                  "case": {"$ref": "#/components/schemas/CaseID"},
                  "version": {"type": "integer", "minimum": 1, "description": "The case's version after the message."},
                  "deliveries": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Delivery"},
                    "description": "Deliveries of that version."
                  },
                  "receipt": {"$ref": "#/components/schemas/CompactReceipt"}
                }
              },
              "Delivery": {
                "type": "object",
                "required": ["delivery", "hub", "message", "state", "attempts"],
                "properties": {
                  "delivery": {"type": "integer", "description": "Its number."},
                  "hub": {"$ref": "#/components/schemas/Region"},
                  "message": {
                    "type": "string",
                    "description": "The id under which the receiver knows it, the same in every attempt.",
                    "examples": ["CSJ202611240000001-v1-330000"]
                  },
                  "state": {
                    "enum": [
                      "waiting",
                      "sending",
                      "retrying",
                      "delivered",
                      "rejected",
                      "inDoubt",
                      "parked",
                      "cancelled"
                    ]
                  },
                  "attempts": {"type": "integer", "minimum": 0},
                  "reason": {"type": "string", "description": "Why it stands where it stands."}
                }
              },
              "CaseView": {
                "type": "object",
                "required": ["case", "events"],
                "properties": {
                  "case": {
                    "type": "object",
                    "description": "The canonical case as released to the asking hub; its schema is at \#
        /schemas/case.v1.json."
                  },
                  "events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
                }
              },
              "Event": {
                "type": "object",
                "required": ["version", "kind", "status", "at"],
                "properties": {
                  "version": {"type": "integer", "minimum": 1},
                  "kind": {"enum": ["registered", "changed", "noEffect", "transferred"]},
                  "status": {"$ref": "#/components/schemas/CaseState"},
                  "at": {"$ref": "#/components/schemas/Instant"},
                  "author": {
                    "type": "string",
                    "pattern": "^[0-9]{6}$",
                    "description": "The reporting region; absent for the gateway's own."
                  }
                }
              },
              "Federation": {
                "type": "object",
                "required": ["gateway", "canonical", "now", "bodyLimitBytes", "keys", "hubs"],
                "properties": {
                  "gateway": {"type": "string", "description": "Version of the program and of what it speaks."},
                  "canonical": {"const": "case/v1"},
                  "now": {"$ref": "#/components/schemas/Instant"},
                  "bodyLimitBytes": {"type": "integer", "description": "Largest body that is taken."},
                  "keys": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Key"},
                    "description": "Keys of receipts."
                  },
                  "hubs": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["region", "name", "adapter"],
                      "properties": {
                        "region": {"$ref": "#/components/schemas/Region"},
                        "name": {"type": "string"},
                        "adapter": {"type": "string", "description": "Digest of the adapter in service."}
                      }
                    }
                  }
                }
              },
              "Key": {
                "description": "An Ed25519 public key as JSON Web Key (RFC 8037); kid is its thumbprint (RFC 7638).",
                "type": "object",
                "required": ["crv", "kid", "kty", "x"],
                "properties": {
                  "crv": {"const": "Ed25519"},
                  "kid": {"type": "string"},
                  "kty": {"const": "OKP"},
                  "x": {"type": "string"}
                }
              },
              "ReceiptList": {
                "description": "What a hub that is pulled from is told after the commit.",
                "type": "object",
                "required": ["cases", "receipts"],
                "properties": {
                  "cases": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["number", "message", "outcome"],
                      "properties": {
                        "number": {"type": "string", "description": "The hub's own number of the case."},
                        "message": {"type": "string"},
                        "outcome": {"$ref": "#/components/schemas/Outcome"},
                        "case": {"$ref": "#/components/schemas/CaseID"},
                        "version": {"type": "integer"},
                        "status": {"$ref": "#/components/schemas/CaseState"},
                        "at": {"type": "integer", "description": "Time of registration, Unix seconds."},
                        "nonce": {"type": "string"},
                        "content": {"$ref": "#/components/schemas/ContentDigest"}
                      }
                    }
                  },
                  "receipts": {"type": "array", "items": {"$ref": "#/components/schemas/CompactReceipt"}}
                }
              }
            }
          }
        }
        """#
}
