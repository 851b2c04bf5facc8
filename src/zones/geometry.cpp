// SPDX-License-Identifier: Apache-2.0
#include "zones/geometry.h"

#include <fmt/format.h>
#include <geos_c.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace sengi::zones {
namespace {

// GEOS with nothing of it shared between threads, its messages kept.
class Geos {
 public:
  Geos() : handle_(GEOS_init_r()) {
    GEOSContext_setErrorMessageHandler_r(
        handle_, [](const char* words, void* to) { *static_cast<std::string*>(to) = words; },
        &message_);
  }
  ~Geos() { GEOS_finish_r(handle_); }
  Geos(const Geos&) = delete;
  Geos& operator=(const Geos&) = delete;

  struct Destroy {
    GEOSContextHandle_t handle;
    void operator()(GEOSGeometry* geometry) const { GEOSGeom_destroy_r(handle, geometry); }
  };
  using Geometry = std::unique_ptr<GEOSGeometry, Destroy>;

  Geometry own(GEOSGeometry* geometry) const { return Geometry(geometry, Destroy{handle_}); }
  GEOSContextHandle_t handle() const { return handle_; }
  Error fault() const {
    return Error{fmt::format("GEOS: {}", message_.empty() ? "no answer" : message_)};
  }

  // None of these is null but where GEOS failed.
  Geometry ring(const Ring& corners) const {
    const auto count = static_cast<unsigned>(corners.size() + 1);
    GEOSCoordSequence* sequence = GEOSCoordSeq_create_r(handle_, count, 2);
    if (sequence == nullptr) return own(nullptr);
    for (unsigned i = 0; i < count; ++i) {
      const Point& p = corners[i % corners.size()];
      GEOSCoordSeq_setXY_r(handle_, sequence, i, static_cast<double>(p.longitude_e7),
                           static_cast<double>(p.latitude_e7));
    }
    return own(GEOSGeom_createLinearRing_r(handle_, sequence));
  }
  Geometry polygon(const Rings& rings) const {
    std::vector<Geometry> parts;
    for (const Ring& corners : rings) {
      parts.push_back(ring(corners));
      if (parts.back() == nullptr) return own(nullptr);
    }
    std::vector<GEOSGeometry*> holes;
    for (std::size_t i = 1; i < parts.size(); ++i) holes.push_back(parts[i].release());
    return own(GEOSGeom_createPolygon_r(handle_, parts[0].release(), holes.data(),
                                        static_cast<unsigned>(holes.size())));
  }
  Geometry multipolygon(const std::vector<Rings>& polygons) const {
    std::vector<Geometry> parts;
    for (const Rings& rings : polygons) {
      parts.push_back(polygon(rings));
      if (parts.back() == nullptr) return own(nullptr);
    }
    std::vector<GEOSGeometry*> bare;
    for (Geometry& part : parts) bare.push_back(part.release());
    return own(GEOSGeom_createCollection_r(handle_, GEOS_MULTIPOLYGON, bare.data(),
                                           static_cast<unsigned>(bare.size())));
  }

 private:
  GEOSContextHandle_t handle_;
  std::string message_;
};

// Rounded corners; repeated ones, and rings that are left without a surface, fall away.
Ring read_ring(const Geos& geos, const GEOSGeometry* ring) {
  const GEOSCoordSequence* sequence = GEOSGeom_getCoordSeq_r(geos.handle(), ring);
  unsigned count = 0;
  GEOSCoordSeq_getSize_r(geos.handle(), sequence, &count);
  Ring corners;
  for (unsigned i = 0; i + 1 < count; ++i) {
    double x = 0;
    double y = 0;
    GEOSCoordSeq_getXY_r(geos.handle(), sequence, i, &x, &y);
    const Point p{std::llround(x), std::llround(y)};
    if (corners.empty() || corners.back() != p) corners.push_back(p);
  }
  while (corners.size() > 1 && corners.back() == corners.front()) corners.pop_back();
  return corners;
}

void read_polygons(const Geos& geos, const GEOSGeometry* geometry, std::vector<Rings>& out) {
  const GEOSContextHandle_t handle = geos.handle();
  if (GEOSGeomTypeId_r(handle, geometry) != GEOS_POLYGON) {
    const int parts = GEOSGetNumGeometries_r(handle, geometry);
    for (int i = 0; i < parts; ++i) {
      const GEOSGeometry* part = GEOSGetGeometryN_r(handle, geometry, i);
      if (GEOSGeomTypeId_r(handle, part) >= GEOS_POLYGON) read_polygons(geos, part, out);
    }
    return;
  }
  if (GEOSisEmpty_r(handle, geometry) != 0) return;
  Rings rings{read_ring(geos, GEOSGetExteriorRing_r(handle, geometry))};
  if (rings[0].size() < 3) return;
  const int holes = GEOSGetNumInteriorRings_r(handle, geometry);
  for (int i = 0; i < holes; ++i) {
    Ring hole = read_ring(geos, GEOSGetInteriorRingN_r(handle, geometry, i));
    if (hole.size() >= 3) rings.push_back(std::move(hole));
  }
  out.push_back(std::move(rings));
}

constexpr std::int64_t date_line_e7 = geo::half_turn_e7;

bool touches(const Rings& polygon, std::int64_t longitude_e7) {
  return std::count_if(polygon[0].begin(), polygon[0].end(),
                       [&](const Point& p) { return p.longitude_e7 == longitude_e7; }) >= 2;
}

}  // namespace

double turning(const Ring& ring) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    // From the first corner, so that little is lost to rounding.
    twice += static_cast<double>(a.longitude_e7 - ring[0].longitude_e7) *
                 static_cast<double>(b.latitude_e7 - ring[0].latitude_e7) -
             static_cast<double>(b.longitude_e7 - ring[0].longitude_e7) *
                 static_cast<double>(a.latitude_e7 - ring[0].latitude_e7);
  }
  return twice;
}

Result<std::optional<GeometryFault>> fault_in(const std::vector<Rings>& polygons) {
  const Geos geos;
  const Geos::Geometry geometry = geos.multipolygon(polygons);
  if (geometry == nullptr) return geos.fault();
  char* reason = nullptr;
  GEOSGeometry* place = nullptr;
  const char valid =
      GEOSisValidDetail_r(geos.handle(), geometry.get(), /*flags=*/0, &reason, &place);
  const Geos::Geometry owned = geos.own(place);
  GeometryFault fault{reason == nullptr ? "" : reason, 0, 0};
  if (reason != nullptr) GEOSFree_r(geos.handle(), reason);
  if (valid == 2) return geos.fault();
  if (valid == 1) return std::optional<GeometryFault>{};
  double x = 0;
  double y = 0;
  if (owned != nullptr) {
    GEOSGeomGetX_r(geos.handle(), owned.get(), &x);
    GEOSGeomGetY_r(geos.handle(), owned.get(), &y);
  }
  fault.longitude = x / 1e7;
  fault.latitude = y / 1e7;
  return std::optional<GeometryFault>{std::move(fault)};
}

Result<std::vector<Rings>> repaired(const std::vector<Rings>& polygons) {
  std::vector<Rings> now = polygons;
  constexpr int tries = 4;
  for (int i = 0; i < tries && !now.empty(); ++i) {
    const Geos geos;
    const Geos::Geometry geometry = geos.multipolygon(now);
    if (geometry == nullptr) return geos.fault();
    GEOSMakeValidParams* how = GEOSMakeValidParams_create_r(geos.handle());
    GEOSMakeValidParams_setMethod_r(geos.handle(), how, GEOS_MAKE_VALID_STRUCTURE);
    GEOSMakeValidParams_setKeepCollapsed_r(geos.handle(), how, 0);
    const Geos::Geometry made =
        geos.own(GEOSMakeValidWithParams_r(geos.handle(), geometry.get(), how));
    GEOSMakeValidParams_destroy_r(geos.handle(), how);
    if (made == nullptr) return geos.fault();
    now.clear();
    read_polygons(geos, made.get(), now);
    SENGI_TRY(fault, fault_in(now));
    if (!fault) return now;
  }
  if (now.empty()) return now;
  return Error{"it stays unsound at 1e-7 degree however it is mended; draw it anew"};
}

Result<std::vector<Rings>> joined_at_date_line(std::vector<Rings> polygons) {
  const auto at = [&](std::int64_t longitude) {
    return std::any_of(polygons.begin(), polygons.end(),
                       [&](const Rings& p) { return touches(p, longitude); });
  };
  if (!at(date_line_e7) || !at(-date_line_e7)) return polygons;

  std::vector<Rings> there;  // at the line, all seen from its western side
  std::vector<Rings> others;
  for (Rings& polygon : polygons) {
    const bool west = touches(polygon, date_line_e7);
    const bool east = touches(polygon, -date_line_e7);
    if (west == east) {  // away from it, or round the whole Earth
      others.push_back(std::move(polygon));
      continue;
    }
    if (east) {
      for (Ring& ring : polygon) {
        for (Point& p : ring) p.longitude_e7 += geo::turn_e7;
      }
    }
    there.push_back(std::move(polygon));
  }
  const Geos geos;
  const Geos::Geometry geometry = geos.multipolygon(there);
  if (geometry == nullptr) return geos.fault();
  const Geos::Geometry united = geos.own(GEOSUnaryUnion_r(geos.handle(), geometry.get()));
  if (united == nullptr) return geos.fault();
  read_polygons(geos, united.get(), others);
  return others;
}

}  // namespace sengi::zones
