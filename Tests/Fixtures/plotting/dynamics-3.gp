# Learning dynamics
#
# Each point is a checkpoint; its coordinates are its mean cross-entropies on texts of reference
# models: the sum of −log p over the tokens of all responses, given their prompts, at
# temperature 1, over the sum of their bytes (nats per byte of UTF-8, lower is nearer). An end
# token's cost counts, its bytes don't. Lines join the checkpoints of a run in the order of
# their steps; circle: its first, square: its last. Bottom right: the same in space, each axis
# over the range of its panels, with the paths' shadows on the floor; arrows point to higher
# cross-entropy. base: 2 texts of 2 prompts, 30 bytes, 95 % interval over prompts at most
# ±0.898. sft: 2 texts of 2 prompts, 30 bytes, 95 % interval over prompts at most ±0.599. rl: 2
# texts of 2 prompts, 30 bytes, 95 % interval over prompts at most ±0.299. sft-1: steps 0 to
# 150, 4 points. sft-2: steps 0 to 150, 4 points. rl: steps 0 to 150, 4 points.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot dynamics-3.gp
# It reads dynamics-3.tsv and writes dynamics-3.svg and dynamics-3.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,319 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_dynamics_3' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,319./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'dynamics-3.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.08982
  set rmargin at screen 0.47727
  set bmargin at screen 0.55643
  set tmargin at screen 0.94044
  set border 15 linewidth 0.5
  set xrange [0.9892:1.1908]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('1.00' 1, '1.05' 1.05, '1.10' 1.1, '1.15' 1.15)
  set yrange [0.7471333333333334:1.0495333333333334]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.75' 0.75, '0.80' 0.8, '0.85' 0.85, '0.90' 0.9, '0.95' 0.95, '1.00' 1)
  set label 'base'."'".'s texts (nats/byte)' at screen 0.28355,0.49687 center noenhanced front
  set label 'sft'."'".'s texts (nats/byte)' at screen 0.0202,0.74843 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.26259,0.97335 to screen 0.30804,0.97335 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft' at screen 0.31814,0.97335 left font ',8' noenhanced front
  set arrow from screen 0.38887,0.97335 to screen 0.43432,0.97335 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'grpo' at screen 0.44442,0.97335 left font ',8' noenhanced front
  set label '' at screen 0.53788,0.97335 point pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'first' at screen 0.57071,0.97335 left font ',8' noenhanced front
  set label '' at screen 0.66416,0.97335 point pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'last' at screen 0.69699,0.97335 left font ',8' noenhanced front
  plot 'dynamics-3.tsv' index 0 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 1 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 2 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 3 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 4 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'dynamics-3.tsv' index 5 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'dynamics-3.tsv' index 6 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'dynamics-3.tsv' index 7 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.58982
  set rmargin at screen 0.97727
  set bmargin at screen 0.55643
  set tmargin at screen 0.94044
  set border 15 linewidth 0.5
  set xrange [1.0558666666666667:1.2574666666666667]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('1.10' 1.1, '1.15' 1.15, '1.20' 1.2, '1.25' 1.25)
  set yrange [0.7471333333333334:1.0495333333333334]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0.75' 0.75, '0.80' 0.8, '0.85' 0.85, '0.90' 0.9, '0.95' 0.95, '1.00' 1)
  set label 'rl'."'".'s texts (nats/byte)' at screen 0.78355,0.49687 center noenhanced front
  set label 'sft'."'".'s texts (nats/byte)' at screen 0.5202,0.74843 center rotate by 90 noenhanced front
  unset colorbox
  plot 'dynamics-3.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 9 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 10 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 11 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 12 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'dynamics-3.tsv' index 13 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'dynamics-3.tsv' index 14 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'dynamics-3.tsv' index 15 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.08982
  set rmargin at screen 0.47727
  set bmargin at screen 0.07837
  set tmargin at screen 0.46238
  set border 15 linewidth 0.5
  set xrange [0.9892:1.1908]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('1.00' 1, '1.05' 1.05, '1.10' 1.1, '1.15' 1.15)
  set yrange [1.0558666666666667:1.2574666666666667]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('1.10' 1.1, '1.15' 1.15, '1.20' 1.2, '1.25' 1.25)
  set label 'base'."'".'s texts (nats/byte)' at screen 0.28355,0.01881 center noenhanced front
  set label 'rl'."'".'s texts (nats/byte)' at screen 0.0202,0.27038 center rotate by 90 noenhanced front
  unset colorbox
  plot 'dynamics-3.tsv' index 16 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 17 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 18 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 19 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 20 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'dynamics-3.tsv' index 21 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'dynamics-3.tsv' index 22 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'dynamics-3.tsv' index 23 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.58982
  set rmargin at screen 0.97727
  set bmargin at screen 0.07837
  set tmargin at screen 0.46238
  unset border
  set xrange [-1:1.125]
  unset xtics
  set yrange [-0.72:0.98]
  unset ytics
  unset colorbox
  plot 'dynamics-3.tsv' index 24 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 25 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 26 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 27 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 28 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 29 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 30 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 31 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 32 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'dynamics-3.tsv' index 33 using 1:2 with lines linewidth 0.6 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'dynamics-3.tsv' index 34 using 1:2 with lines linewidth 0.6 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'dynamics-3.tsv' index 35 using 1:2 with lines linewidth 0.6 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'dynamics-3.tsv' index 36 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 37 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 38 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'dynamics-3.tsv' index 39 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'dynamics-3.tsv' index 40 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'dynamics-3.tsv' index 41 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'dynamics-3.tsv' index 42 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'dynamics-3.tsv' index 43 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'dynamics-3.tsv' index 44 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}
