// SPDX-License-Identifier: Apache-2.0
// Shapes that look as zones do, and GEOS's opinion of them, for tests.
#pragma once

#include <geos_c.h>

#include <cmath>
#include <numbers>
#include <random>

#include "zones/geometry.h"
#include "zones/zone_map.h"

namespace sengi::zones {

// A ring around a centre whose radius wavers, seen from above: a field, a park, a coast. It crosses
// itself only where rounding makes it. `radius_e7` is in degrees of latitude.
inline Ring blob(std::mt19937& random, Point centre, double radius_e7, int corners, double waver) {
  std::uniform_real_distribution<double> any(0, 1);
  constexpr int waves = 6;
  double phase[waves];
  for (double& p : phase) p = 2 * std::numbers::pi * any(random);
  Ring ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * (i + 0.8 * any(random)) / corners;
    double radius = 1;
    for (int w = 0; w < waves; ++w) {
      radius += waver / (w + 1) * std::sin((w + 2) * angle + phase[w]);
    }
    radius = radius_e7 * std::max(radius, 0.2) * (1 + 0.05 * waver * any(random));
    const Point p{centre.longitude_e7 + std::llround(radius * std::cos(angle)),
                  centre.latitude_e7 + std::llround(radius * std::sin(angle))};
    if (ring.empty() || ring.back() != p) ring.push_back(p);
  }
  while (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
  return ring;
}

// A blob with so many holes, sound as GEOS sees it.
inline Rings holed_blob(std::mt19937& random, Point centre, double radius_e7, int corners,
                        int holes) {
  for (;;) {
    Rings rings{blob(random, centre, radius_e7, corners, 0.25)};
    for (int i = 0; i < holes; ++i) {
      const double angle = 2 * std::numbers::pi * i / std::max(holes, 1);
      const Point middle{
          centre.longitude_e7 + std::llround(0.25 * radius_e7 * std::cos(angle) * (holes > 1)),
          centre.latitude_e7 + std::llround(0.25 * radius_e7 * std::sin(angle) * (holes > 1))};
      rings.push_back(blob(random, middle, radius_e7 * 0.1, std::max(3, corners / 4), 0.2));
    }
    bool enough = true;
    for (const Ring& ring : rings) enough = enough && ring.size() >= 3;
    if (!enough) continue;
    const auto fault = fault_in({rings});
    if (fault.ok() && !fault.value()) return rings;
  }
}

// Polygons in GEOS, at coordinates that a function makes of theirs.
class GeosShape {
 public:
  template <typename Project>
  GeosShape(const std::vector<Rings>& polygons, Project project) : handle_(GEOS_init_r()) {
    std::vector<GEOSGeometry*> parts;
    for (const Rings& rings : polygons) {
      std::vector<GEOSGeometry*> made;
      for (const Ring& ring : rings) {
        const auto count = static_cast<unsigned>(ring.size() + 1);
        GEOSCoordSequence* sequence = GEOSCoordSeq_create_r(handle_, count, 2);
        for (unsigned i = 0; i < count; ++i) {
          const auto [x, y] = project(ring[i % ring.size()]);
          GEOSCoordSeq_setXY_r(handle_, sequence, i, x, y);
        }
        made.push_back(GEOSGeom_createLinearRing_r(handle_, sequence));
      }
      parts.push_back(GEOSGeom_createPolygon_r(handle_, made[0], made.data() + 1,
                                               static_cast<unsigned>(made.size() - 1)));
    }
    shape_ = GEOSGeom_createCollection_r(handle_, GEOS_MULTIPOLYGON, parts.data(),
                                         static_cast<unsigned>(parts.size()));
    boundary_ = GEOSBoundary_r(handle_, shape_);
    prepared_ = GEOSPrepare_r(handle_, shape_);
  }
  ~GeosShape() {
    GEOSPreparedGeom_destroy_r(handle_, prepared_);
    GEOSGeom_destroy_r(handle_, boundary_);
    GEOSGeom_destroy_r(handle_, shape_);
    GEOS_finish_r(handle_);
  }
  GeosShape(const GeosShape&) = delete;
  GeosShape& operator=(const GeosShape&) = delete;

  // Inside where it contains the point, on the edge where it only covers it.
  geo::Place place(double x, double y) const {
    GEOSGeometry* point = GEOSGeom_createPointFromXY_r(handle_, x, y);
    const bool covers = GEOSPreparedCovers_r(handle_, prepared_, point) == 1;
    const bool contains = GEOSPreparedContains_r(handle_, prepared_, point) == 1;
    GEOSGeom_destroy_r(handle_, point);
    return contains ? geo::Place::inside : covers ? geo::Place::edge : geo::Place::outside;
  }

  double distance_to_edge(double x, double y) const {
    GEOSGeometry* point = GEOSGeom_createPointFromXY_r(handle_, x, y);
    double distance = 0;
    GEOSDistance_r(handle_, boundary_, point, &distance);
    GEOSGeom_destroy_r(handle_, point);
    return distance;
  }

 private:
  GEOSContextHandle_t handle_;
  GEOSGeometry* shape_;
  GEOSGeometry* boundary_;
  const GEOSPreparedGeometry* prepared_;
};

inline std::pair<double, double> as_degrees_e7(const Point& p) {
  return {static_cast<double>(p.longitude_e7), static_cast<double>(p.latitude_e7)};
}

// Metres of the shortest way over the WGS 84 ellipsoid (Vincenty 1975, "Direct and inverse
// solutions of geodesics on the ellipsoid", inverse formula). Not for points opposite one another.
inline double vincenty_m(geo::Position from, geo::Position to) {
  constexpr double a = 6378137;
  constexpr double f = 1 / 298.257223563;
  constexpr double b = a * (1 - f);
  constexpr double radians = std::numbers::pi / 180 / 1e7;
  const double u1 = std::atan((1 - f) * std::tan(from.latitude_e7 * radians));
  const double u2 = std::atan((1 - f) * std::tan(to.latitude_e7 * radians));
  double across = (static_cast<double>(to.longitude_e7) - from.longitude_e7) * radians;
  across = std::remainder(across, 2 * std::numbers::pi);
  double lambda = across;
  for (int i = 0; i < 200; ++i) {
    const double p = std::cos(u2) * std::sin(lambda);
    const double q = std::cos(u1) * std::sin(u2) - std::sin(u1) * std::cos(u2) * std::cos(lambda);
    const double sin_sigma = std::hypot(p, q);
    if (sin_sigma == 0) return 0;
    const double cos_sigma =
        std::sin(u1) * std::sin(u2) + std::cos(u1) * std::cos(u2) * std::cos(lambda);
    const double sigma = std::atan2(sin_sigma, cos_sigma);
    const double sin_alpha = std::cos(u1) * std::cos(u2) * std::sin(lambda) / sin_sigma;
    const double cos2_alpha = 1 - sin_alpha * sin_alpha;
    const double cos_2m =
        cos2_alpha == 0 ? 0 : cos_sigma - 2 * std::sin(u1) * std::sin(u2) / cos2_alpha;
    const double c = f / 16 * cos2_alpha * (4 + f * (4 - 3 * cos2_alpha));
    const double next =
        across + (1 - c) * f * sin_alpha *
                     (sigma + c * sin_sigma * (cos_2m + c * cos_sigma * (2 * cos_2m * cos_2m - 1)));
    const bool settled = std::abs(next - lambda) < 1e-13;
    lambda = next;
    if (!settled && i < 199) continue;
    const double u_squared = cos2_alpha * (a * a - b * b) / (b * b);
    const double big_a =
        1 + u_squared / 16384 * (4096 + u_squared * (-768 + u_squared * (320 - 175 * u_squared)));
    const double big_b =
        u_squared / 1024 * (256 + u_squared * (-128 + u_squared * (74 - 47 * u_squared)));
    const double d_sigma = big_b * sin_sigma *
                           (cos_2m + big_b / 4 *
                                         (cos_sigma * (2 * cos_2m * cos_2m - 1) -
                                          big_b / 6 * cos_2m * (4 * sin_sigma * sin_sigma - 3) *
                                              (4 * cos_2m * cos_2m - 3)));
    return b * big_a * (sigma - d_sigma);
  }
  return 0;
}

}  // namespace sengi::zones
