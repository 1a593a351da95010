// Asio's types on the loop's own executor: a concrete one, so that no call goes through a type-erased
// executor. Thread: loop.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace coterie {

namespace asio = boost::asio;

using LoopExecutor = asio::io_context::executor_type;
using LoopTimer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                             asio::wait_traits<std::chrono::steady_clock>, LoopExecutor>;
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, LoopExecutor>;
using TcpAcceptor = asio::basic_socket_acceptor<asio::ip::tcp, LoopExecutor>;

template <class T>
using Awaitable = asio::awaitable<T, LoopExecutor>;
// `auto [error, n] = co_await socket.async_read_some(buffer, kAwait);`
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<LoopExecutor>> kAwait{};

}  // namespace coterie
