#include "server/net/frame_meter.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/raw_socket.hpp"

using namespace coterie;
using namespace std::chrono_literals;

namespace {

struct Meter {
  FrameVerdict pass(std::string_view bytes) {
    const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
    return meter.pass({data, bytes.size()}, now, rates);
  }
  FrameMeter meter;
  FrameMeter::Time now{1h};
  FrameRates rates{3, 10, 5};
};

FrameForm fragment() {
  FrameForm form;
  form.fin = false;
  return form;
}

}  // namespace

TEST_CASE("FrameMeter: frames of every size pass, however they are cut") {
  std::string frames;
  for (const std::size_t size : {0, 1, 125, 126, 127, 65'535, 65'536, 70'000}) {
    frames += make_frame(1, std::string(size, 'x'));
  }
  for (const std::size_t step : {1, 2, 3, 7, 1000, 1'000'000}) {
    CAPTURE(step);
    Meter meter;
    for (std::size_t at = 0; at < frames.size(); at += step) {
      REQUIRE(meter.pass(std::string_view(frames).substr(at, step)) == FrameVerdict::good);
    }
    // The meter stands exactly between two frames: a control frame is seen as one.
    for (int i = 0; i < 5; ++i) CHECK(meter.pass(make_frame(9, "")) == FrameVerdict::good);
    CHECK(meter.pass(make_frame(9, "")) == FrameVerdict::too_many);
  }
}

TEST_CASE("FrameMeter: fragments count within one message [law 6]") {
  Meter meter;
  for (int message = 0; message < 3; ++message) {
    for (int i = 0; i < 3; ++i)
      CHECK(meter.pass(make_frame(i == 0 ? 1 : 0, "x", fragment())) == FrameVerdict::good);
    CHECK(meter.pass(make_frame(9, "between")) == FrameVerdict::good);
    CHECK(meter.pass(make_frame(0, "end")) == FrameVerdict::good);
    meter.now += 1s;
  }
  for (int i = 0; i < 3; ++i)
    CHECK(meter.pass(make_frame(i == 0 ? 1 : 0, "", fragment())) == FrameVerdict::good);
  CHECK(meter.pass(make_frame(0, "", fragment())) == FrameVerdict::too_many);
}

TEST_CASE("FrameMeter: control frames have a burst and a rate [law 6]") {
  Meter meter;
  for (int i = 0; i < 5; ++i) CHECK(meter.pass(make_frame(10, "x")) == FrameVerdict::good);
  meter.now += 100ms;  // one more
  CHECK(meter.pass(make_frame(9, "x")) == FrameVerdict::good);
  CHECK(meter.pass(make_frame(9, "x")) == FrameVerdict::too_many);

  Meter steady;
  for (int i = 0; i < 1000; ++i) {
    steady.now += 100ms;
    CHECK(steady.pass(make_frame(9, "x")) == FrameVerdict::good);
  }
}

TEST_CASE("FrameMeter: a length with its top bit is no length") {
  Meter meter;
  CHECK(meter.pass(std::string("\x81\xff\x80\0\0\0\0\0\0\x01", 10)) == FrameVerdict::bad_length);
}
