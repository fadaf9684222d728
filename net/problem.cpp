#include "net/problem.hpp"

#include "base/json_writer.hpp"

namespace fief::net {

problem& problem::with_header(std::string_view name, std::string_view value) {
  headers.emplace_back(name, value);
  return *this;
}

problem& problem::with_member(std::string_view name, std::string json) {
  members.emplace_back(std::string{name}, std::move(json));
  return *this;
}

http_response to_response(const problem& x, std::string_view request_id) {
  http_response result;
  result.status = x.status;
  result.content_type = "application/problem+json";
  result.headers = x.headers;
  base::json_writer out{result.body};
  out.begin_object();
  out.member("type", "urn:fief:problem:" + x.code);
  out.member("title", reason_phrase(x.status));
  out.member("status", x.status);
  out.member("detail", x.detail);
  out.member("code", x.code);
  out.member("request_id", request_id);
  if (!x.errors.empty()) {
    out.key("errors").begin_array();
    for (const auto& error : x.errors) {
      out.begin_object();
      out.member("field", error.field);
      out.member("code", error.code);
      out.member("detail", error.detail);
      out.end_object();
    }
    out.end_array();
  }
  for (const auto& [name, json] : x.members)
    out.key(name).raw(json);
  out.end_object();
  return result;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 425: return "Too Early";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: break;
  }
  if (status < 300)
    return "Success";
  if (status < 400)
    return "Redirection";
  return status < 500 ? "Client Error" : "Server Error";
}

} // namespace fief::net
